import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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

const BODY_LIMIT = 64 * 1024;

const CORS = { 'access-control-allow-origin': '*' };
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
    'access-control-allow-headers': 'Authorization, Content-Type, Accept, Cache-Control, Pragma',
  },
  text: '',
};

/** What the server works with. */
export interface Site {
  store: Store;
  faults: FaultScript;
  limit: RateLimit;
  requests: SandboxRequest[];
  /** Aborted when the sandbox closes. */
  closing: AbortSignal;
  /** Without a slash at the end; known once the server listens. */
  url(): string;
}

/** A request as far as its first line and headers tell. */
interface Visit {
  request: IncomingMessage;
  method: string;
  segments: readonly string[];
  query: URLSearchParams;
  entry: SandboxRequest;
}

export function createSandboxServer(site: Site): Server {
  return createServer((request, response) => {
    // A caller that left, or a sandbox that closes, ends up here: there is nobody to answer.
    serve(site, request, response).catch(() => response.destroy());
  });
}

async function serve(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const visit = arrive(site, request);
  const isApi = visit.entry.kind === 'api';
  const isPreflight = isApi && visit.method === 'OPTIONS';
  if (!isPreflight) site.requests.push(visit.entry);

  const answer = isPreflight ? PREFLIGHT : await (isApi ? serveApi(site, visit) : servePage(site, visit));
  if (answer === null || request.socket.destroyed) {
    response.destroy();
    return;
  }
  visit.entry.status = answer.status;
  const date = new Date(site.store.clock.now()).toUTCString();
  response.writeHead(answer.status, { date, ...(isApi ? CORS : {}), ...answer.headers });
  response.end(answer.text);
}

function arrive(site: Site, request: IncomingMessage): Visit {
  const { method = 'GET', url = '/' } = request;
  const [rawPath = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const segments = resolvePath(rawPath) ?? [];
  const path = withoutSecrets(segments);
  const entry: SandboxRequest = {
    kind: segments[0] === '3' || segments[0] === '4' ? 'api' : 'web',
    method,
    path,
    status: 0,
    held: false,
    at: site.store.clock.now(),
    bearer: site.store.bearerKind(bearerOf(request.headers.authorization) ?? ''),
    hasSession: Boolean(query.get('session_id')),
    hasGuest: Boolean(query.get('guest_session_id')) || path.includes('/:guest_session_id'),
  };
  return { request, method, segments, query, entry };
}

async function serveApi(
  site: Site,
  { request, method, segments, query, entry }: Visit,
): Promise<Answer | null> {
  const body = parseBody(await readBody(request));
  entry.hasSession ||= Boolean(body?.session_id);
  entry.hasGuest ||= Boolean(body?.guest_session_id);
  const wait = site.limit.secondsToWait();
  if (wait > 0) return tooMany(wait);
  const { store, closing } = site;
  const { authorization } = request.headers;
  return answerWith(site.faults.take(`${method} ${entry.path}`), {
    handle: () => handleCall({ store, url: site.url(), method, segments, query, body, authorization }),
    revoke: store.revoke,
    isConnected: () => !request.socket.destroyed,
    async whileHeld(released) {
      const letGo = () => {
        entry.held = false;
      };
      entry.held = !request.socket.destroyed;
      request.socket.once('close', letGo);
      await released.finally(letGo);
    },
    closing,
  });
}

async function servePage({ store }: Site, { request, method, segments, query }: Visit): Promise<Answer> {
  const form = new URLSearchParams((await readBody(request)) ?? '');
  return visitPage(store, { method, segments, query, form });
}

/** The body as text; null if it is longer than the sandbox takes. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks).toString('utf8') : null;
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
