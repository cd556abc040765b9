import { type ApiVersion, authDelays } from '../../machines/index.ts';
import type { Steps } from '../client/backend.ts';
import { TmdbAuthError } from '../errors.ts';
import { onDemand } from '../lib/on-demand.ts';
import * as tmdb from '../tmdb/endpoints.ts';
import type { Direct, Prepared } from './direct.ts';
import { exchangeToken } from './exchange-token.ts';

const loadAdoption = /* @__PURE__ */ onDemand(() => import('./adopt-session.ts'));
const loadConversion = /* @__PURE__ */ onDemand(() => import('./convert-session.ts'));
const loadCarryOver = /* @__PURE__ */ onDemand(() => import('./carry-over-ratings.ts'));

type Work = {
  [Name in keyof Steps]: (direct: Direct, signal: AbortSignal) => ReturnType<Steps[Name]>;
};

/** Another process may have replaced a session that TMDB does not know. Then this client adopts the new one. */
const readAccount: Work['fetchAccount'] = async (direct, signal) => {
  const { vault, client, record } = direct;
  const sessionId = vault.read('sessionId');
  if (!sessionId) throw new TmdbAuthError('session_invalid');
  try {
    return await tmdb.account(client, signal, sessionId);
  } catch (error) {
    if (TmdbAuthError.is(error) && error.code === 'session_invalid') {
      // The access token is useless without its session, unless another client has a new one.
      const accessToken = vault.read('accessToken');
      if (accessToken) (await direct.v4()).access.own(accessToken);
      await record.refresh('session');
    }
    throw error;
  }
};

/** The machine's steps, done at TMDB and with the record in its storage. */
export const STEPS: Work = {
  restore: ({ record }, signal) => record.restore(signal),

  /** Fetches a token, or takes the prepared one. The vault keeps it; the machine gets its times. */
  async requestToken(direct, signal) {
    const { vault, settings } = direct;
    // A password approves v3 tokens only.
    const apiVersion = vault.read('login') ? 3 : settings.apiVersion;
    const redirectTo = vault.read('redirectTo') ?? undefined;
    const prepared = await direct.preparation.take(apiVersion, redirectTo);
    const { requestToken, requestedAt, expiresAt } =
      prepared ?? (await fetchToken(direct, signal, apiVersion, redirectTo));
    vault.commit(signal, { requestToken });
    return { apiVersion, requestedAt, expiresAt };
  },

  async submitLogin({ vault, client }, signal) {
    const login = vault.take('login');
    const requestToken = vault.read('requestToken');
    if (!login || !requestToken) throw new TmdbAuthError('unexpected');
    await tmdb.validateWithLogin(client, signal, requestToken, login);
  },

  adoptSession: async (direct, signal) => (await loadAdoption()).adoptSession(direct, signal),
  createSession: exchangeToken,
  async convertSession(direct, signal) {
    const accessToken = direct.vault.read('accessToken');
    // The token may come from the record: if the step is cancelled, `sweep` deletes it.
    if (accessToken) (await direct.v4()).access.own(accessToken);
    return (await loadConversion()).convertSession(direct, signal);
  },

  /**
   * Asking exchanges an approved token, so it is claimed like an exchange. The claim is given up if the token is not
   * approved.
   */
  async checkApproval(direct, signal) {
    try {
      return await exchangeToken(direct, signal);
    } catch (error) {
      direct.record.save(direct.facts());
      throw error;
    }
  },

  fetchAccount: readAccount,
  verifySession: readAccount,
  carryOver: async (direct, signal) => (await loadCarryOver()).carryOverRatings(direct, signal),

  /** Deletes the stored record first, whatever TMDB answers. */
  async deleteSession({ vault, client, record, exchanges }, signal) {
    const sessionId = vault.take('sessionId');
    const accessToken = vault.take('accessToken');
    vault.forget();
    for (const exchange of exchanges.made) {
      for (const secret of [sessionId, accessToken]) if (secret) exchange.disown(secret);
    }
    await Promise.resolve();
    await record.flush();
    const deletions: Promise<void>[] = [];
    if (sessionId) deletions.push(tmdb.deleteSession(client, signal, sessionId));
    if (accessToken) deletions.push(tmdb.deleteAccessToken(client, signal, accessToken));
    // Waits for both, even if one fails. Engines of phones may lack `Promise.allSettled`.
    await Promise.all(deletions.map((deletion) => deletion.catch(() => {})));
    await Promise.all(deletions);
  },

  async createGuest({ vault, client, clock }, signal) {
    const createdAt = clock.now();
    const { guestId, lifetime } = await tmdb.newGuestSession(client, signal);
    vault.commit(signal, { guestId });
    return {
      createdAt,
      used: false,
      unusedUntil: createdAt + authDelays.guestUnusedLifetime,
      expiresAt: createdAt + (lifetime ?? authDelays.guestLifetime),
    };
  },
};

/**
 * A lifetime counts from the moment of asking, so that a wrong client clock does not matter. v4 takes the return
 * address here, v3 on the approval page.
 */
export async function fetchToken(
  { client, clock, settings, v4 }: Pick<Direct, 'client' | 'clock' | 'settings' | 'v4'>,
  signal: AbortSignal,
  apiVersion: ApiVersion,
  redirectTo?: string,
): Promise<Prepared> {
  const requestedAt = clock.now();
  const { requestToken, lifetime } =
    apiVersion === 4
      ? await (await v4()).requestToken(signal, redirectTo)
      : await tmdb.newRequestToken(client, signal);
  const expiresAt =
    requestedAt + Math.min(lifetime ?? authDelays.requestTokenLifetime, settings.approvalWindow);
  return { apiVersion, requestToken, requestedAt, expiresAt, ...(redirectTo && { redirectTo }) };
}
