import type { Failure, FailureCode } from '../../../machines/index.ts';
import { failure } from '../../../machines/index.ts';
import type { DeviceCode } from '../../client/tmdb-auth.ts';
import { localized, type Messages } from '../../lib/messages.ts';
import type { Refusal } from './options.ts';
import type { ServerView } from './request-client.ts';

/** A `Response` as plain data, so that concurrent requests can share it. */
export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: BodyInit | null;
  /** Sent as JSON instead of `body`. Its failure gets the site's own message. */
  content?: { failure: Failure | null; refused?: Refusal; deviceCode?: DeviceCode | null };
  failure?: FailureCode | null;
  refused?: Refusal;
  /** The text of a refusal, for a person in a browser. */
  message?: string;
}

/** The HTTP status of each failure: 200 for one that is a state of the machine (denied, expired, cancelled). */
const STATUS: Record<FailureCode, number> = {
  network: 502,
  timeout: 504,
  rate_limited: 429,
  unavailable: 502,
  bad_answer: 502,
  invalid_credentials: 200,
  invalid_api_key: 500,
  suspended_api_key: 500,
  session_denied: 200,
  session_invalid: 401,
  invalid_request_token: 200,
  not_approved: 200,
  no_write_permission: 200,
  invalid_login: 200,
  account_disabled: 200,
  email_not_verified: 200,
  user_suspended: 200,
  approval_denied: 200,
  token_expired: 200,
  cancelled: 200,
  callback_mismatch: 400,
  callback_invalid: 400,
  exchange_interrupted: 200,
  revoke_failed: 200,
  guest_gone: 200,
  storage_unavailable: 503,
  record_newer: 503,
  popup_blocked: 200,
  invalid_value: 400,
  not_found: 404,
  not_allowed: 403,
  disposed: 200,
  unexpected: 500,
};

export function json(view: Pick<ServerView, 'failure'> & Partial<ServerView>): Answer {
  const { failure } = view;
  return {
    status: failure ? STATUS[failure.code] : 200,
    headers: [['content-type', 'application/json'], ...retryAfter(failure)],
    body: null,
    content: view,
    failure: failure?.code ?? null,
  };
}

const FAILURE = 'tmdb_auth_failure';

/** 303: the browser follows with a GET, also after a POST. */
export function redirect(to: string, because: Failure | null = null): Answer {
  const url = new URL(to);
  // Only if needed: `searchParams` rewrites the whole query (`?flag` becomes `?flag=`).
  if (url.searchParams.has(FAILURE)) url.searchParams.delete(FAILURE);
  if (because) url.search += `${url.search ? '&' : '?'}${FAILURE}=${because.code}`;
  return { status: 303, headers: [['location', url.href]], body: null, failure: because?.code ?? null };
}

/** Refusals with a message of their own. A prefetch gets no body, and `refuseOther` answers a page of another user. */
type WordedRefusal = Exclude<Refusal, 'prefetch' | 'other_user'>;

const REFUSALS: Record<WordedRefusal, [status: number, message: string]> = {
  not_found: [404, 'There is nothing at this address.'],
  method: [405, 'This method is not allowed here: see the header Allow.'],
  cross_site: [403, 'Only a page of this site may send this request.'],
  too_large: [413, 'The body is too long.'],
  too_slow: [408, 'The body did not arrive in time.'],
  bad_request: [400, 'The request is invalid.'],
  busy: [503, 'Too many requests at a time. Try again in a second.'],
  closing: [503, 'This instance is shutting down. Try again in a second.'],
};

/** A request that is not handled. */
export function refuse(
  refused: WordedRefusal,
  headers: [string, string][] = [],
  message = REFUSALS[refused][1],
): Answer {
  const [status] = REFUSALS[refused];
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers, ...(status === 503 ? RETRY_SOON : [])],
    body: null,
    content: { refused, failure: failure('unexpected', { message }) },
    refused,
    message,
  };
}

/**
 * Refuses a prefetch, without a body: the page does not read it, and Chromium keeps the request open until it is
 * read.
 */
export const refusePrefetch = (): Answer => ({
  status: 403,
  headers: [],
  body: null,
  refused: 'prefetch',
});

const OTHER_USER = 'Another user has signed in in this browser since the page was loaded. Reload the page.';

/** The page shows one user and its cookies belong to another: the request is not handled as the wrong user. */
export const refuseOther = (): Answer => ({
  status: 409,
  headers: [['content-type', 'application/json']],
  body: null,
  content: { refused: 'other_user', failure: failure('cancelled', { message: OTHER_USER }) },
  refused: 'other_user',
  message: OTHER_USER,
});

/** The same answer as plain text, for a person in a browser. */
export function forPeople({ content, ...answer }: Answer): Answer {
  const { headers, message } = answer;
  if (message === undefined) return content ? { ...answer, content } : answer;
  return { ...answer, headers: [...headers, ['content-type', 'text/plain']], body: message };
}

const RETRY_SOON: [string, string][] = [['retry-after', '1']];

const retryAfter = (failure: Failure | null): [string, string][] =>
  failure?.retryAfter === undefined ? [] : [['retry-after', String(Math.ceil(failure.retryAfter / 1_000))]];

/**
 * Headers of every answer: no caching, no type sniffing, no execution, and no referrer, which could contain a token.
 */
const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Cookie, Accept',
};

/** The answer to a HEAD request. */
export const headOf = ({ content: _, ...answer }: Answer): Answer => ({ ...answer, body: null });

/** The only place where answers become responses. Puts in the site's own messages. */
export function responseOf({ status, headers, body, content }: Answer, messages: Messages): Response {
  const all = new Headers(ALWAYS);
  for (const [name, value] of headers) {
    if (name === 'set-cookie') all.append(name, value);
    else all.set(name, value);
  }
  const failure = content?.failure && localized(messages, content.failure);
  const text = content ? JSON.stringify({ ...content, failure }) : body;
  return new Response(text, { status, headers: all });
}
