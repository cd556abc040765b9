import { fromPromise } from 'xstate';
import type { Account, GuestFacts, Restored, SessionFacts, TokenFacts } from '../../machines/index.ts';
import { authDelays } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { type Instance, instanceOf } from '../instance.ts';
import * as tmdb from '../tmdb/endpoints.ts';
import { exchangeToken } from './exchange-token.ts';

const restore = fromPromise<Restored>(({ system, signal }) => instanceOf(system).record.restore(signal));

/** Fetches a token, or takes the one that was prepared; the vault keeps it, the machine gets its times. */
const requestToken = fromPromise<TokenFacts>(async ({ system, signal }) => {
  const instance = instanceOf(system);
  const { requestToken, ...times } = (await instance.takePrepared()) ?? (await fetchToken(instance, signal));
  instance.vault.commit(signal, { requestToken });
  return times;
});

/** A lifetime is counted from the moment of asking, so that a client clock that is wrong does not matter. */
export async function fetchToken({ client, clock }: Instance, signal: AbortSignal) {
  const requestedAt = clock.now();
  const { requestToken, lifetime } = await tmdb.newRequestToken(client, signal);
  return {
    requestToken,
    requestedAt,
    expiresAt: requestedAt + (lifetime ?? authDelays.requestTokenLifetime),
  };
}

const submitLogin = fromPromise<void>(async ({ system, signal }) => {
  const { vault, client } = instanceOf(system);
  const login = vault.take('login');
  const requestToken = vault.read('requestToken');
  if (!login || !requestToken) throw new TmdbAuthError('unexpected');
  await tmdb.validateWithLogin(client, signal, requestToken, login);
});

const createSession = fromPromise<SessionFacts>(({ system, signal }) =>
  exchangeToken(instanceOf(system), signal),
);

/** Asking is exchanging, and is claimed like it. A token that is not approved is given back. */
const checkApproval = fromPromise<SessionFacts>(async ({ system, signal }) => {
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
  const { vault, client, record } = instanceOf(system);
  const sessionId = vault.read('sessionId');
  if (!sessionId) throw new TmdbAuthError('session_invalid');
  try {
    return await tmdb.account(client, signal, sessionId);
  } catch (error) {
    if (TmdbAuthError.is(error) && error.code === 'session_invalid') await record.refresh('session');
    throw error;
  }
});

/** What is stored here goes first, whatever TMDB says. */
const deleteSession = fromPromise<void>(async ({ system, signal }) => {
  const { vault, client, record } = instanceOf(system);
  const sessionId = vault.take('sessionId');
  vault.forget();
  await Promise.resolve();
  await record.flush();
  if (sessionId) await tmdb.deleteSession(client, signal, sessionId);
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
  checkApproval,
  fetchAccount: readAccount,
  verifySession: readAccount,
  deleteSession,
  createGuest,
};
