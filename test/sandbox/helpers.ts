import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2024-03-10 12:34:56.789 UTC */
export const START = Date.UTC(2024, 2, 10, 12, 34, 56, 789);

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came
  body: any;
}

/** A sandbox for one test, its time standing still at START, with a way to call it. */
export async function sandboxForTest(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ now: () => START, ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, ...callsTo(sandbox) };
}

function callsTo(sandbox: Sandbox) {
  const bearer = { authorization: `Bearer ${sandbox.accessToken}` };

  async function api(request: string, body?: unknown, headers: HeadersInit = bearer): Promise<Reply> {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await fetch(`${sandbox.baseURL}/3${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  async function newToken(): Promise<string> {
    return (await api('GET /authentication/token/new')).body.request_token;
  }

  const exchange = (request_token: string) => api('POST /authentication/session/new', { request_token });

  async function newSession(username?: string): Promise<string> {
    const token = await newToken();
    sandbox.approve(token, username);
    return (await exchange(token)).body.session_id;
  }

  async function newGuest(): Promise<string> {
    return (await api('GET /authentication/guest_session/new')).body.guest_session_id;
  }

  return { api, newToken, exchange, newSession, newGuest };
}

/** The body of a failure as TMDB publishes it. */
export const FAILURES = {
  3: {
    success: false,
    status_code: 3,
    status_message: 'Authentication failed: You do not have permissions to access the service.',
  },
  7: { success: false, status_code: 7, status_message: 'Invalid API key: You must be granted a valid key.' },
  17: { success: false, failure: true, status_code: 17, status_message: 'Session denied.' },
  18: { success: false, status_code: 18, status_message: 'Validation failed.' },
  34: { success: false, status_code: 34, status_message: 'The resource you requested could not be found.' },
} as const;

/** The body of a success that carries a code. */
export const DONE = {
  1: { success: true, status_code: 1, status_message: 'Success.' },
  12: { success: true, status_code: 12, status_message: 'The item/record was updated successfully.' },
  13: { success: true, status_code: 13, status_message: 'The item/record was deleted successfully.' },
} as const;
