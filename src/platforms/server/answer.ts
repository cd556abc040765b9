import type { Failure, FailureCode } from '../../../machines/index.ts';
import { failure } from '../../../machines/index.ts';
import { localized, type Messages } from '../../lib/messages.ts';
import type { Refusal } from './options.ts';
import type { ServerView } from './turn.ts';

/** What will be a `Response`: plain, so that requests that wait for the same thing can share it. */
export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: BodyInit | null;
  /** Sent as JSON in place of the body, with the site's own text for its failure. */
  told?: { failure: Failure | null; refused?: Refusal };
  failure?: FailureCode | null;
  refused?: Refusal;
  /** What a refusal says, for people who see nothing else of it. */
  message?: string;
}

/** The HTTP status of each failure. A failure that is a state (denied, expired, cancelled) is a success. */
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

export function json(view: Pick<ServerView, 'failure'>): Answer {
  const { failure } = view;
  return {
    status: failure ? STATUS[failure.code] : 200,
    headers: [['content-type', 'application/json'], ...retryAfter(failure)],
    body: null,
    told: view,
    failure: failure?.code ?? null,
  };
}

const FAILURE = 'tmdb_auth_failure';

/** 303: whatever was asked before, what comes is a GET. */
export function redirect(to: string, because: Failure | null = null): Answer {
  const url = new URL(to);
  // Only where it must: `searchParams` writes the whole query anew (`?flag` becomes `?flag=`).
  if (url.searchParams.has(FAILURE)) url.searchParams.delete(FAILURE);
  if (because) url.search += `${url.search ? '&' : '?'}${FAILURE}=${because.code}`;
  return { status: 303, headers: [['location', url.href]], body: null, failure: because?.code ?? null };
}

/** A prefetch is refused without a word, and another user's page by `refuseOther`. */
type Told = Exclude<Refusal, 'prefetch' | 'other_user'>;

const REFUSALS: Record<Told, [status: number, message: string]> = {
  not_found: [404, 'There is nothing at this address.'],
  method: [405, 'This address knows other methods: see the header Allow.'],
  cross_site: [403, 'This has to be asked by a page of the site itself.'],
  too_large: [413, 'The body is too long.'],
  too_slow: [408, 'The body did not arrive in time.'],
  bad_request: [400, 'This cannot be understood.'],
  busy: [503, 'Too many requests at a time. Come again in a second.'],
  closing: [503, 'This instance is going down. Come again in a second.'],
};

/** Not even tried. */
export function refuse(
  refused: Told,
  headers: [string, string][] = [],
  message = REFUSALS[refused][1],
): Answer {
  const [status] = REFUSALS[refused];
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers, ...(status === 503 ? COME_AGAIN : [])],
    body: null,
    told: { refused, failure: failure('unexpected', { message }) },
    refused,
    message,
  };
}

/**
 * Fetched ahead of a click. Without a body: the script that asked does not read one, and Chromium keeps the request
 * open until it is read.
 */
export const refusePrefetch = (): Answer => ({
  status: 403,
  headers: [],
  body: null,
  refused: 'prefetch',
});

const OTHER_USER =
  'Another user has signed in in this browser since the page was loaded. Ask again as the present one.';

/** A page shows one user, and its cookies are another's: nothing is done or shown as the wrong one. */
export const refuseOther = (): Answer => ({
  status: 409,
  headers: [['content-type', 'application/json']],
  body: null,
  told: { refused: 'other_user', failure: failure('cancelled', { message: OTHER_USER }) },
  refused: 'other_user',
  message: OTHER_USER,
});

/** The same, for a person who looks at it in a browser. */
export function forPeople({ told, ...answer }: Answer): Answer {
  const { headers, message } = answer;
  if (message === undefined) return told ? { ...answer, told } : answer;
  return { ...answer, headers: [...headers, ['content-type', 'text/plain']], body: message };
}

const COME_AGAIN: [string, string][] = [['retry-after', '1']];

const retryAfter = (failure: Failure | null): [string, string][] =>
  failure?.retryAfter === undefined ? [] : [['retry-after', String(Math.ceil(failure.retryAfter / 1_000))]];

/**
 * On every answer: no cache keeps it, no browser guesses its type or runs it, and no address with a token in it travels
 * on.
 */
const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Cookie, Accept',
};

/** The same without its content: it was asked for the headers alone. */
export const headOf = ({ told: _, ...answer }: Answer): Answer => ({ ...answer, body: null });

/** The one edge of the handler: here the failure gets the site's own text. */
export function responseOf({ status, headers, body, told }: Answer, messages: Messages): Response {
  const all = new Headers(ALWAYS);
  for (const [name, value] of headers) {
    if (name === 'set-cookie') all.append(name, value);
    else all.set(name, value);
  }
  const failure = told?.failure && localized(messages, told.failure);
  const content = told ? JSON.stringify({ ...told, failure }) : body;
  return new Response(content, { status, headers: all });
}
