import type { Answer } from './answers.ts';
import { visitPage } from './approval.ts';
import { bearerOf } from './bearer.ts';
import type { OwnPages } from './control/index.ts';
import type { Ending } from './ending.ts';
import { answerWith } from './fault.answers.ts';
import type { FaultScript } from './faults.ts';
import { resolvePath, withoutSecrets } from './path.ts';
import { type RateLimit, tooMany } from './rate.limit.ts';
import { handleCall } from './routes/index.ts';
import type { Store } from './store.ts';
import type { SandboxRequest } from './types.ts';

/** Maximum body size in bytes. Longer bodies are not parsed. */
export const BODY_LIMIT = 64 * 1024;

const CORS = { 'access-control-allow-origin': '*' };
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
    'access-control-allow-headers': 'Authorization, Content-Type, Accept, Cache-Control, Pragma',
  },
  text: '',
};

/** The state of one sandbox. */
export interface Site {
  /** A reset replaces it. */
  store: Store;
  faults: FaultScript;
  limit: RateLimit;
  requests: SandboxRequest[];
  /** The end of the sandbox. */
  closing: Ending;
  /** Without a trailing slash. */
  url(): string;
  /** The sandbox's own pages: control over HTTP, and the page at `/`. */
  own: OwnPages;
  /** Runs after each request's effect; the answer waits for it. */
  afterRequest(): void | Promise<void>;
}

/** A request, over HTTP or by `fetch`. */
export interface Incoming {
  method: string;
  /** Path and query. */
  target: string;
  header(name: string): string | undefined;
  /** The Host header. */
  host: string | undefined;
  /** The body as text; null if it exceeds `BODY_LIMIT`. */
  body(): Promise<string | null>;
  /** Ends when the caller disconnects. */
  gone: Ending;
}

/** A request with its parsed path and its log entry. */
interface Visit extends Incoming {
  segments: readonly string[];
  query: URLSearchParams;
  entry: SandboxRequest;
}

/** Answers a request; null to cut the connection. Rejects once the sandbox closes. */
export async function answer(site: Site, incoming: Incoming): Promise<Answer | null> {
  const visit = arrive(site, incoming);
  const { entry, method, gone, segments } = visit;
  const isApi = entry.kind === 'api';
  const isPreflight = isApi && method === 'OPTIONS';
  const isOwn = !isApi && site.own.takes(segments);
  // The page at `/` is logged, like every request to TMDB's website.
  const isControl = isOwn && segments.length > 0;
  if (!isPreflight && !isControl) site.requests.push(entry);
  const end = () => {
    entry.open = false;
    entry.held = false;
  };
  const forget = gone.onEnd(end);
  try {
    const answering = isOwn ? site.own.answer : isApi ? answerApi : answerPage;
    const given = isPreflight ? PREFLIGHT : await answering(site, visit);
    await site.afterRequest();
    if (given === null || gone.isEnded) return null;
    entry.status = given.status;
    const date = new Date(site.store.clock.now()).toUTCString();
    return { ...given, headers: { date, ...(isApi ? CORS : {}), ...given.headers } };
  } finally {
    end();
    forget();
  }
}

function arrive(site: Site, incoming: Incoming): Visit {
  const { method, target, header } = incoming;
  const [rawPath = '', ...rest] = target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const segments = resolvePath(rawPath) ?? [''];
  const path = withoutSecrets(segments);
  const entry: SandboxRequest = {
    kind: segments[0] === '3' || segments[0] === '4' ? 'api' : 'web',
    method,
    path,
    status: 0,
    open: true,
    held: false,
    at: site.store.clock.now(),
    bearer: site.store.bearerKind(bearerOf(header('authorization')) ?? ''),
    hasSession: Boolean(query.get('session_id')),
    hasGuest: Boolean(query.get('guest_session_id')) || path.includes('/:guest_session_id'),
  };
  return { ...incoming, segments, query, entry };
}

async function answerApi(site: Site, visit: Visit): Promise<Answer | null> {
  const { method, segments, query, gone, entry } = visit;
  const authorization = visit.header('authorization');
  const body = parseBody(await visit.body());
  entry.hasSession ||= Boolean(body?.session_id);
  entry.hasGuest ||= Boolean(body?.guest_session_id);
  const wait = site.limit.secondsToWait();
  if (wait > 0) return tooMany(wait);
  const { store, closing } = site;
  return answerWith(site.faults.take(`${method} ${entry.path}`), {
    handle: () => handleCall({ store, url: site.url(), method, segments, query, body, authorization }),
    revoke: store.revoke,
    isConnected: () => !gone.isEnded,
    async whileHeld(released) {
      entry.held = entry.open;
      await released.finally(() => {
        entry.held = false;
      });
    },
    closing,
  });
}

async function answerPage({ store }: Site, { body, method, segments, query }: Visit): Promise<Answer> {
  const form = new URLSearchParams((await body()) ?? '');
  return visitPage(store, { method, segments, query, form });
}

/** Parses a JSON object; empty for an empty body, null for anything else. */
export function parseBody(text: string | null): Record<string, unknown> | null {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
