import { type Answer, failure, json } from './answers.ts';
import type { Account, Shelf } from './records.ts';
import type { Bearer, GuestSession, Store } from './store.ts';

/** One API request, read and understood as far as HTTP goes. */
export interface Call {
  readonly store: Store;
  /** Where this server is, without a slash at the end. */
  readonly url: string;
  readonly method: string;
  /** Decoded path segments, `..` resolved. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON object of the body, empty if there is none; null if it cannot be read. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly authorization: string | undefined;
}

/** A call that found its route. */
export interface RoutedCall extends Call {
  readonly body: Readonly<Record<string, unknown>>;
  /** Whom the `Authorization` speaks for; undefined if an api_key is all there is. */
  readonly bearer: Bearer | undefined;
  /** The named segments of the route. */
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (call: RoutedCall) => Answer;

/**
 * Where the shape of a successful answer comes from: recorded from TMDB, from its documentation, from what several
 * clients rely on, or inferred from the rest.
 */
export type Evidence = 'recorded' | 'documented' | 'clients' | 'inferred';

/** A row of the table: `path` starts with the version and names its variable segments, `/3/list/:list_id`. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  evidence: Evidence;
  handle: Handler;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Of the query, or of the body where TMDB takes it there; null if it is in neither. */
export function sent({ query, body, store }: Call, name: string): string | null {
  const inQuery = query.get(name);
  if (inQuery !== null || !store.quirks.queryInBody) return inQuery;
  const inBody = body?.[name];
  return inBody === undefined || inBody === null ? null : String(inBody);
}

/** A boolean, or the word for it where TMDB takes that; undefined for anything else. */
export function boolean({ store }: Call, value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (!store.quirks.textBooleans) return undefined;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** A segment of the route by its name. */
export function param(call: RoutedCall, name: string): string {
  return call.params[name] ?? '';
}

/** Whose session the request carries. */
export function sessionUser(call: Call): Account | undefined {
  return call.store.session(sent(call, 'session_id') ?? '')?.user;
}

/** For users only; a guest session, a revoked or an unknown one is 401/3. */
export function asUser(handle: (call: RoutedCall, user: Account) => Answer): Handler {
  return (call) => {
    const user = sessionUser(call);
    return user ? handle(call, user) : failure(3);
  };
}

/** For users and guests, who may rate and nothing else. A `session_id` decides if both are there. */
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

/** The page that the query asks for, which is empty after the last. Null for a number that TMDB refuses. */
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
