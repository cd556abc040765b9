import type { Account, Failure, FailureCode } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { type Body, bodyIn, codeIn, isGone } from './status-code.ts';

/** A raw answer of TMDB, not checked yet. */
export interface Answer {
  status: number;
  /** The header `Date`, if a browser shows it. */
  date: string | null;
  /** The header `Retry-After`. */
  retryAfter: string | null;
  text: string;
}

/** TMDB's `status_code` decides, never HTTP alone: 401 has fourteen meanings. */
const CODES: Record<number, FailureCode> = {
  3: 'session_invalid',
  7: 'invalid_api_key',
  9: 'unavailable',
  10: 'suspended_api_key',
  11: 'unavailable',
  15: 'unavailable',
  17: 'session_denied',
  24: 'unavailable',
  25: 'rate_limited',
  26: 'invalid_login',
  30: 'invalid_login',
  31: 'account_disabled',
  32: 'email_not_verified',
  33: 'invalid_request_token',
  35: 'invalid_request_token',
  36: 'no_write_permission',
  41: 'not_approved',
  43: 'unavailable',
  44: 'unavailable',
  45: 'user_suspended',
  46: 'unavailable',
};

/** 1, 12 and 13 mean success; 21 and 40 come with HTTP 200 and do not. A missing code is no objection. */
const SUCCESS = new Set<unknown>([undefined, 1, 12, 13]);

/** The JSON object of a successful answer. Throws a `TmdbAuthError` for any other one. */
export function bodyOf(answer: Answer): Body {
  const body = bodyIn(answer.text);
  const isOk = answer.status >= 200 && answer.status < 300;
  if (isOk && body && body.success !== false && !('errors' in body) && SUCCESS.has(body.status_code))
    return body;
  throw failedAnswer(answer, codeIn(body));
}

/** The error for an unsuccessful answer. `tmdbCode` is TMDB's `status_code`, or null. */
export const failedAnswer = (answer: Answer, tmdbCode: number | null = null): TmdbAuthError =>
  new TmdbAuthError(codeOf(answer.status, tmdbCode), detailsOf(answer, tmdbCode));

function codeOf(status: number, code: number | null): FailureCode {
  const known = CODES[code ?? 0];
  if (known && (code !== 3 || isGone(status, code))) return known;
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'unavailable';
  return code === null ? 'bad_answer' : 'unexpected';
}

function detailsOf(answer: Answer, tmdbCode: number | null): Partial<Failure> {
  const retryAfter = retryAfterOf(answer);
  return {
    httpStatus: answer.status,
    ...(tmdbCode !== null && { tmdbCode }),
    ...(retryAfter !== null && { retryAfter }),
  };
}

const HTTP_DATE = /^\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT$/;

/** `Retry-After` in ms: seconds, or an HTTP date read against the answer's own `Date`. */
function retryAfterOf({ retryAfter, date }: Answer): number | null {
  const said = String(retryAfter);
  if (/^\s*\d{1,9}\s*$/.test(said)) return Number(said) * 1_000;
  const wait = HTTP_DATE.test(said) ? Date.parse(said) - timeOf(date) : Number.NaN;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** NaN if the header is missing. */
const timeOf = (date: string | null) => Date.parse(String(date));

/** Tokens and ids go into URLs, so they may have letters, digits and `-._~` only. */
const SECRET = /^[\w.~-]{8,4096}$/;
export const isSecret = (value: unknown): value is string => typeof value === 'string' && SECRET.test(value);

/** The secret of that name. Throws `bad_answer` for anything else. */
export function secretIn(body: Body, name: string, answer: Answer): string {
  const value = body[name];
  if (isSecret(value)) return value;
  throw new TmdbAuthError('bad_answer', { httpStatus: answer.status });
}

/** `2016-08-26 17:04:39 UTC` as epoch ms. Null for any other form, and for an impossible date (30 February). */
export function parseExpiresAt(value: unknown): number | null {
  const parts = typeof value === 'string' && /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) UTC$/.exec(value);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ') === (value as string).slice(0, 19)
    ? at
    : null;
}

/** A lifetime by TMDB's own clock, in ms, or null if that is unknown. */
function lifetimeIn(body: Body, { date }: Answer): number | null {
  const lifetime = (parseExpiresAt(body.expires_at) ?? Number.NaN) - timeOf(date);
  return lifetime > 0 ? lifetime : null;
}

export function parseRequestToken(answer: Answer): { requestToken: string; lifetime: number | null } {
  const body = bodyOf(answer);
  return { requestToken: secretIn(body, 'request_token', answer), lifetime: lifetimeIn(body, answer) };
}

export function parseSession(answer: Answer): { secret: string } {
  return { secret: secretIn(bodyOf(answer), 'session_id', answer) };
}

export function parseGuestSession(answer: Answer): { guestId: string; lifetime: number | null } {
  const body = bodyOf(answer);
  return { guestId: secretIn(body, 'guest_session_id', answer), lifetime: lifetimeIn(body, answer) };
}

export const text = (value: unknown) => (typeof value === 'string' ? value : '');

export function parseAccount(answer: Answer): Account {
  const body = bodyOf(answer);
  const avatar = body.avatar as
    | { tmdb?: { avatar_path?: unknown }; gravatar?: { hash?: unknown } }
    | undefined;
  if (!Number.isSafeInteger(body.id) || typeof body.username !== 'string') {
    throw new TmdbAuthError('bad_answer', { httpStatus: answer.status });
  }
  return {
    id: body.id as number,
    username: body.username,
    name: text(body.name),
    avatarPath: text(avatar?.tmdb?.avatar_path) || null,
    gravatarHash: text(avatar?.gravatar?.hash) || null,
    language: text(body.iso_639_1),
    country: text(body.iso_3166_1),
    includeAdult: body.include_adult === true,
  };
}
