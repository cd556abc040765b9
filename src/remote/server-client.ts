import {
  type AuthFacts,
  type CarryOver,
  FAILURE_CODES,
  type Failure,
  failureOf,
  NOTHING,
} from '../../machines/index.ts';
import type { DeviceCode } from '../client/tmdb-auth.ts';
import { TmdbAuthError } from '../errors.ts';
import { isPage } from '../lib/address.ts';
import type { WallClock } from '../lib/clock.ts';
import { isTime } from '../lib/is-time.ts';
import { parseFacts } from '../record/session-record.ts';

/** The server's answer, with its times converted to this client's clock. */
export interface ServerAnswer {
  facts: AuthFacts;
  approvalUrl: string | null;
  deviceCode: DeviceCode | null;
  failure: Failure | null;
  carryOver: CarryOver | null;
  /** When the session was made by the server's clock, epoch ms. It identifies the session at the server. */
  sessionMadeAt: number | null;
}

/** The routes of `createAuthHandler` that a client asks. */
export type ServerRoute =
  | 'session'
  | 'login'
  | 'check'
  | 'callback'
  | 'guest'
  | 'cancel'
  | 'verify'
  | 'carry-over'
  | 'logout';

/** Asks one route. Rejects with `network`, or with `bad_answer` if no handler of this package answers. */
export type ServerClient = (
  route: ServerRoute,
  options: { method?: 'GET' | 'POST'; fields?: Record<string, string>; signal: AbortSignal },
) => Promise<ServerAnswer>;

/** If the difference of two clocks changes by more than this, in ms, one of them was set. */
const DRIFT = 5_000;

/** One request after another: the cookies of an earlier answer must not undo a later one. */
export function createServerClient(
  server: string,
  { clock, fetch }: { clock: WallClock; fetch: typeof globalThis.fetch },
): ServerClient {
  let tail: Promise<unknown> = Promise.resolve();
  /** How far this client's clock is ahead of the server's, in ms. Kept, so that the same facts stay the same. */
  let ahead: number | null = null;

  const read = async (response: Response): Promise<ServerAnswer> => {
    const answer = (await response.json().catch(() => null)) as Record<string, unknown> | null;
    const facts = parseFacts(answer?.facts);
    if (!answer || !facts || !isTime(answer.at)) {
      if (answer?.failure) throw new TmdbAuthError(failureOf(answer));
      throw new TmdbAuthError('bad_answer', {
        message: `No handler of tmdb-auth answers at ${server}. Mount createAuthHandler there, with the same basePath.`,
        retryable: response.status >= 500,
        httpStatus: response.status,
      });
    }
    const measured = clock.now() - answer.at;
    if (ahead === null || Math.abs(measured - ahead) > DRIFT) ahead = measured;
    return {
      // Parsed again: a time out of range by this clock makes no fact.
      facts: { ...NOTHING, ...parseFacts(shifted(facts, ahead)) },
      approvalUrl: addressIn(answer.approvalUrl),
      deviceCode: codeIn(answer.deviceCode as DeviceCode, ahead),
      failure: answer.failure ? failureOf(answer) : null,
      carryOver: carryOverIn(answer.carryOver),
      sessionMadeAt: facts.session?.createdAt ?? null,
    };
  };

  const ask: ServerClient = async (route, { method = 'POST', fields, signal }) => {
    const response = await fetch(`${server}/${route}`, {
      method,
      headers: { accept: 'application/json', ...(fields && { 'content-type': 'application/json' }) },
      cache: 'no-store',
      credentials: 'same-origin',
      // Frameworks redirect to the same address with a trailing slash (Next `trailingSlash`).
      redirect: 'follow',
      signal,
      ...(fields && { body: JSON.stringify(fields) }),
    }).catch(() => {
      throw new TmdbAuthError('network', { message: UNREACHABLE });
    });
    return read(response);
  };

  return (route, options) => {
    const run = tail.then(() => ask(route, options));
    tail = run.catch(() => {});
    return run;
  };
}

const UNREACHABLE = 'The server of this site could not be reached. Check the connection and try again.';

const addressIn = (value: unknown): string | null => (isPage(value) ? value : null);

const codeIn = (code: Partial<DeviceCode> | null | undefined, ahead: number) =>
  isPage(code?.verificationUri) && isTime(code.expiresAt)
    ? ({ ...code, expiresAt: code.expiresAt + ahead } as DeviceCode)
    : null;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function carryOverIn(value: unknown): CarryOver | null {
  const { total, carried, kept, failed } = (value ?? {}) as Record<string, unknown>;
  if (!(total === null || isCount(total)) || !isCount(carried) || !isCount(kept)) return null;
  if (!Array.isArray(failed)) return null;
  const known = failed.filter(
    (each): each is CarryOver['failed'][number] =>
      typeof each?.media === 'string' && FAILURE_CODES.includes(each.code),
  );
  return { total, carried, kept, failed: known.map(({ media, code }) => ({ media, code })) };
}

function shifted(facts: Omit<AuthFacts, 'exchanging'>, by: number): AuthFacts {
  const { token, access, session, account, guest } = facts;
  const at = (ms: number) => ms + by;
  return {
    token: token && { ...token, requestedAt: at(token.requestedAt), expiresAt: at(token.expiresAt) },
    exchanging: false,
    access: access && { ...access, createdAt: at(access.createdAt) },
    session: session && {
      createdAt: at(session.createdAt),
      expiresAt: session.expiresAt === null ? null : at(session.expiresAt),
    },
    account,
    guest: guest && {
      ...guest,
      createdAt: at(guest.createdAt),
      unusedUntil: at(guest.unusedUntil),
      expiresAt: at(guest.expiresAt),
    },
  };
}
