import { fromPromise } from 'xstate';
import type {
  Account,
  ApiVersion,
  CarryOver,
  Granted,
  GuestFacts,
  Restored,
  SessionFacts,
  TokenFacts,
} from '../../machines/index.ts';
import { authDelays } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { type Instance, instanceOf, type Prepared } from '../instance.ts';
import * as tmdb from '../tmdb/endpoints.ts';
import { carryOverRatings } from './carry-over.ts';
import { convertSession, exchangeToken } from './exchange-token.ts';

const restore = fromPromise<Restored>(({ system, signal }) => instanceOf(system).record.restore(signal));

/** Fetches a token, or takes the one that was prepared; the vault keeps it, the machine gets its times. */
const requestToken = fromPromise<TokenFacts>(async ({ system, signal }) => {
  const instance = instanceOf(system);
  const { vault, settings } = instance;
  // A password approves v3 tokens only.
  const apiVersion = vault.read('login') ? 3 : settings.apiVersion;
  const redirectTo = vault.read('redirectTo') ?? undefined;
  const prepared = await instance.takePrepared(apiVersion, redirectTo);
  const { requestToken, requestedAt, expiresAt } =
    prepared ?? (await fetchToken(instance, signal, apiVersion, redirectTo));
  vault.commit(signal, { requestToken });
  return { apiVersion, requestedAt, expiresAt };
});

/**
 * A lifetime is counted from the moment of asking, so that a client clock that is wrong does not matter. Where the
 * user is to come back is said now in v4, and on the approval page in v3.
 */
export async function fetchToken(
  { client, clock }: Instance,
  signal: AbortSignal,
  apiVersion: ApiVersion,
  redirectTo?: string,
): Promise<Prepared> {
  const requestedAt = clock.now();
  const { requestToken, lifetime } =
    apiVersion === 4
      ? await tmdb.newV4RequestToken(client, signal, redirectTo)
      : await tmdb.newRequestToken(client, signal);
  const expiresAt = requestedAt + (lifetime ?? authDelays.requestTokenLifetime);
  return { apiVersion, requestToken, requestedAt, expiresAt, ...(redirectTo && { redirectTo }) };
}

const submitLogin = fromPromise<void>(async ({ system, signal }) => {
  const { vault, client } = instanceOf(system);
  const login = vault.take('login');
  const requestToken = vault.read('requestToken');
  if (!login || !requestToken) throw new TmdbAuthError('unexpected');
  await tmdb.validateWithLogin(client, signal, requestToken, login);
});

const createSession = fromPromise<Granted>(({ system, signal }) => exchangeToken(instanceOf(system), signal));

const convert = fromPromise<SessionFacts>(({ system, signal }) => convertSession(instanceOf(system), signal));

/** Asking is exchanging, and is claimed like it. A token that is not approved is given back. */
const checkApproval = fromPromise<Granted>(async ({ system, signal }) => {
  const instance = instanceOf(system);
  try {
    return await exchangeToken(instance, signal);
  } catch (error) {
    instance.record.save(instance.facts());
    throw error;
  }
});

/** A session TMDB does not know may have been replaced by another process: that one is taken over then. */
const readAccount = fromPromise<Account>(async ({ system, signal }) => {
  const { vault, client, record, exchanges } = instanceOf(system);
  const sessionId = vault.read('sessionId');
  if (!sessionId) throw new TmdbAuthError('session_invalid');
  try {
    return await tmdb.account(client, signal, sessionId);
  } catch (error) {
    if (TmdbAuthError.is(error) && error.code === 'session_invalid') {
      // What it was made of is of no use any more, unless somebody else has another.
      const accessToken = vault.read('accessToken');
      if (accessToken) exchanges.access.own(accessToken);
      await record.refresh('session');
    }
    throw error;
  }
});

const carryOver = fromPromise<CarryOver>(({ system, signal }) =>
  carryOverRatings(instanceOf(system), signal),
);

/** What is stored here goes first, whatever TMDB says. */
const deleteSession = fromPromise<void>(async ({ system, signal }) => {
  const { vault, client, record } = instanceOf(system);
  const sessionId = vault.take('sessionId');
  const accessToken = vault.take('accessToken');
  vault.forget();
  await Promise.resolve();
  await record.flush();
  const deletions = await Promise.allSettled([
    sessionId && tmdb.deleteSession(client, signal, sessionId),
    accessToken && tmdb.deleteAccessToken(client, signal, accessToken),
  ]);
  for (const deletion of deletions) if (deletion.status === 'rejected') throw deletion.reason;
});

const createGuest = fromPromise<GuestFacts>(async ({ system, signal }) => {
  const { vault, client, clock } = instanceOf(system);
  const createdAt = clock.now();
  const { guestId, lifetime } = await tmdb.newGuestSession(client, signal);
  vault.commit(signal, { guestId });
  return {
    createdAt,
    used: false,
    unusedUntil: createdAt + authDelays.guestUnusedLifetime,
    expiresAt: createdAt + (lifetime ?? authDelays.guestLifetime),
  };
});

export const actors = {
  restore,
  requestToken,
  submitLogin,
  createSession,
  convertSession: convert,
  checkApproval,
  fetchAccount: readAccount,
  verifySession: readAccount,
  carryOver,
  deleteSession,
  createGuest,
};
