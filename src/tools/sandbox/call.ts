import { type Answer, failure, json } from './answers.ts';
import type { Account, Shelf } from './records.ts';
import type { Bearer, GuestSession, Store } from './store.ts';

/** One parsed API request. */
export interface Call {
  readonly store: Store;
  /** The server's origin, without a trailing slash. */
  readonly url: string;
  readonly method: string;
  /** Decoded path segments, `..` resolved. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON object in the body; empty without a body, null if it cannot be parsed. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly authorization: string | undefined;
}

/** A call with its route. */
export interface RoutedCall extends Call {
  readonly body: Readonly<Record<string, unknown>>;
  /** The account that the `Authorization` header stands for; undefined without one. */
  readonly bearer: Bearer | undefined;
  /** The named segments of the route. */
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (call: RoutedCall) => Answer;

/**
 * The evidence for the shape of a successful answer: recorded from TMDB, documented, relied on by several clients, or
 * inferred.
 */
export type Evidence = 'recorded' | 'documented' | 'clients' | 'inferred';

/** `path` begins with the version and names its variable segments: `/3/list/:list_id`. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  evidence: Evidence;
  handle: Handler;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A parameter from the query, or from the body where TMDB accepts it there; null without one. */
export function sent({ query, body, store }: Call, name: string): string | null {
  const inQuery = query.get(name);
  if (inQuery !== null || !store.quirks.queryInBody) return inQuery;
  const inBody = body?.[name];
  return inBody === undefined || inBody === null ? null : String(inBody);
}

/** A boolean, or a string for it where TMDB accepts one; undefined for anything else. */
export function boolean({ store }: Call, value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (!store.quirks.textBooleans) return undefined;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** A named segment of the path. */
export function param(call: RoutedCall, name: string): string {
  return call.params[name] ?? '';
}

/** The user of the request's `session_id`. */
export function sessionUser(call: Call): Account | undefined {
  return call.store.session(sent(call, 'session_id') ?? '')?.user;
}

/** For users only: a guest session and a revoked or unknown session get 401/3. */
export function asUser(handle: (call: RoutedCall, user: Account) => Answer): Handler {
  return (call) => {
    const user = sessionUser(call);
    return user ? handle(call, user) : failure(3);
  };
}

/** For users and guests, who can only rate. With both ids the `session_id` counts. */
export function asRater(
  handle: (call: RoutedCall, shelf: Shelf, guest: GuestSession | undefined) => Answer,
): Handler {
  return (call) => {
    if (sent(call, 'session_id')) return asUser((again, user) => handle(again, user.shelf, undefined))(call);
    const guest = call.store.guest(sent(call, 'guest_session_id') ?? '');
    return guest ? handle(call, guest.shelf, guest) : failure(3);
  };
}

const PAGE_LENGTH = 20;

/** One page of results, 20 each, oldest first unless `sort_by=created_at.desc`. */
export function sortedPage(call: Call, all: readonly unknown[]): Answer {
  return paged(call, call.query.get('sort_by') === 'created_at.desc' ? all.toReversed() : all);
}

/** One page of results, 20 each. */
export function paged(call: Call, all: readonly unknown[]): Answer {
  const page = pageOf(call, all);
  return page ? json(200, page) : failure(22);
}

/** The requested page, empty after the last one. Null for a page number that TMDB refuses. */
export function pageOf<Item>({ query }: Call, all: readonly Item[]) {
  const page = Number(query.get('page') ?? 1);
  if (!Number.isInteger(page) || page < 1 || page > 500) return null;
  return {
    page,
    results: all.slice((page - 1) * PAGE_LENGTH, page * PAGE_LENGTH),
    total_pages: Math.max(1, Math.ceil(all.length / PAGE_LENGTH)),
    total_results: all.length,
  };
}
