import type { Answer } from './answers.ts';
import { visitPage } from './approval.ts';
import { bearerOf } from './bearer.ts';
import { answerWith } from './fault.answers.ts';
import type { FaultScript } from './faults.ts';
import { resolvePath, withoutSecrets } from './path.ts';
import { type RateLimit, tooMany } from './rate.limit.ts';
import { handleCall } from './routes/index.ts';
import type { Store } from './store.ts';
import type { SandboxRequest } from './types.ts';

/** In bytes. What is longer is not read. */
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
  store: Store;
  faults: FaultScript;
  limit: RateLimit;
  requests: SandboxRequest[];
  /** Aborted when the sandbox closes. */
  closing: AbortSignal;
  /** Without a slash at the end. */
  url(): string;
}

/** A request, however it came. */
export interface Incoming {
  method: string;
  /** Path and query. */
  target: string;
  authorization: string | undefined;
  /** The body as text; null if it is longer than the sandbox takes. */
  body(): Promise<string | null>;
  /** Aborted when the caller leaves. */
  gone: AbortSignal;
}

/** A request as far as its first line and headers tell. */
interface Visit extends Incoming {
  segments: readonly string[];
  query: URLSearchParams;
  entry: SandboxRequest;
}

/** Takes a request and answers it; null where the connection is to be cut. Rejects once the sandbox closes. */
export async function answer(site: Site, incoming: Incoming): Promise<Answer | null> {
  const visit = arrive(site, incoming);
  const { entry, method, gone } = visit;
  const isApi = entry.kind === 'api';
  const isPreflight = isApi && method === 'OPTIONS';
  if (!isPreflight) site.requests.push(entry);
  const end = () => {
    entry.open = false;
    entry.held = false;
  };
  gone.addEventListener('abort', end);
  try {
    const given = isPreflight ? PREFLIGHT : await (isApi ? answerApi(site, visit) : answerPage(site, visit));
    if (given === null || gone.aborted) return null;
    entry.status = given.status;
    const date = new Date(site.store.clock.now()).toUTCString();
    return { ...given, headers: { date, ...(isApi ? CORS : {}), ...given.headers } };
  } finally {
    end();
    gone.removeEventListener('abort', end);
  }
}

function arrive(site: Site, incoming: Incoming): Visit {
  const { method, target, authorization } = incoming;
  const [rawPath = '', ...rest] = target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const segments = resolvePath(rawPath) ?? [];
  const path = withoutSecrets(segments);
  const entry: SandboxRequest = {
    kind: segments[0] === '3' || segments[0] === '4' ? 'api' : 'web',
    method,
    path,
    status: 0,
    open: true,
    held: false,
    at: site.store.clock.now(),
    bearer: site.store.bearerKind(bearerOf(authorization) ?? ''),
    hasSession: Boolean(query.get('session_id')),
    hasGuest: Boolean(query.get('guest_session_id')) || path.includes('/:guest_session_id'),
  };
  return { ...incoming, segments, query, entry };
}

async function answerApi(site: Site, visit: Visit): Promise<Answer | null> {
  const { method, segments, query, authorization, gone, entry } = visit;
  const body = parseBody(await visit.body());
  entry.hasSession ||= Boolean(body?.session_id);
  entry.hasGuest ||= Boolean(body?.guest_session_id);
  const wait = site.limit.secondsToWait();
  if (wait > 0) return tooMany(wait);
  const { store, closing } = site;
  return answerWith(site.faults.take(`${method} ${entry.path}`), {
    handle: () => handleCall({ store, url: site.url(), method, segments, query, body, authorization }),
    revoke: store.revoke,
    isConnected: () => !gone.aborted,
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

/** A JSON object, empty for no body; null for anything else. */
function parseBody(text: string | null): Record<string, unknown> | null {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
