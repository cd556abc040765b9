import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/tools/sandbox/index.ts';

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

/** A sandbox for one test, with its clock stopped at START, and functions to call it. */
export async function sandboxForTest(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ now: () => START, ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, ...callsTo(sandbox) };
}

function callsTo(sandbox: Sandbox) {
  const bearer = { authorization: `Bearer ${sandbox.accessToken}` };

  const api = (request: string, body?: unknown, headers: HeadersInit = bearer) =>
    call(request.replace(' ', ' /3'), body, headers);
  const api4 = (request: string, body?: unknown, headers: HeadersInit = bearer) =>
    call(request.replace(' ', ' /4'), body, headers);

  async function call(request: string, body: unknown, headers: HeadersInit): Promise<Reply> {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await fetch(sandbox.baseURL + path, {
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

  async function newV4Token(redirect_to?: string): Promise<string> {
    return (await api4('POST /auth/request_token', { redirect_to })).body.request_token;
  }

  const exchangeV4 = (request_token: string) => api4('POST /auth/access_token', { request_token });

  /** A v4 access token of a user, with its Bearer header and account. */
  async function newUserToken(username?: string) {
    const token = await newV4Token();
    sandbox.approve(token, username);
    const { access_token, account_id } = (await exchangeV4(token)).body;
    return {
      token: access_token,
      accountId: account_id,
      headers: { authorization: `Bearer ${access_token}` },
    };
  }

  const v4 = { api4, newV4Token, exchangeV4, newUserToken };
  return { api, newToken, exchange, newSession, newGuest, ...v4 };
}

/** The body of a failure as TMDB documents it. */
export const FAILURES = {
  3: {
    success: false,
    status_code: 3,
    status_message: 'Authentication failed: You do not have permissions to access the service.',
  },
  7: { success: false, status_code: 7, status_message: 'Invalid API key: You must be granted a valid key.' },
  17: { success: false, failure: true, status_code: 17, status_message: 'Session denied.' },
  18: { success: false, status_code: 18, status_message: 'Validation failed.' },
  33: {
    success: false,
    status_code: 33,
    status_message: 'Invalid request token: The request token is either expired or invalid.',
  },
  34: { success: false, status_code: 34, status_message: 'The resource you requested could not be found.' },
  35: { success: false, status_code: 35, status_message: 'Invalid token.' },
  36: {
    success: false,
    status_code: 36,
    status_message: "This token hasn't been granted write permission by the user.",
  },
  38: {
    success: false,
    status_code: 38,
    status_message: "You don't have permission to edit this resource.",
  },
  39: { success: false, status_code: 39, status_message: 'This resource is private.' },
  41: {
    success: false,
    status_code: 41,
    status_message: "This request token hasn't been approved by the user.",
  },
} as const;

/** The claims of a JWT. */
export function claimsOf(token: string) {
  return JSON.parse(String(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
}

/** The body of a success with a status code. */
export const DONE = {
  1: { success: true, status_code: 1, status_message: 'Success.' },
  12: { success: true, status_code: 12, status_message: 'The item/record was updated successfully.' },
  13: { success: true, status_code: 13, status_message: 'The item/record was deleted successfully.' },
} as const;
