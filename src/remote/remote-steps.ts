import { authDelays, type Granted } from '../../machines/index.ts';
import type { ClientCore, Steps } from '../client/backend.ts';
import type { Exchange } from '../client/exchange.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { within } from '../lib/within.ts';
import type { Vault } from '../record/vault.ts';
import type { ServerAnswer, ServerClient, ServerRoute } from './server-client.ts';

type Call = (
  route: ServerRoute,
  signal: AbortSignal,
  fields?: Record<string, string>,
) => Promise<ServerAnswer>;

interface RemoteStepsDependencies extends ClientCore {
  vault: Vault;
  ask: ServerClient;
  /** Asks a route, and remembers the answer. */
  call: Call;
  /** The same, for a step that the machine may cancel. */
  change: Call;
  learn(answer: ServerAnswer): ServerAnswer;
  latest(): ServerAnswer;
  /** Adopts the server's facts and ends the step. */
  adopt(): never;
  exchange: Exchange<{ secret: string; granted: Granted }>;
}

/** Less than the machine gives a storage, in ms: otherwise the failure would blame the storage. */
const RESTORE_TIMEOUT = authDelays.storageTimeout - 500;
const SILENT = { message: 'The server of this site did not answer in time. Try again.' };
const NO_PASSWORDS = 'Passwords are not sent through a server: use login().';

/**
 * The session or access token that the server got. Throws the server's failure; without one, another tab was faster.
 */
export function grantedBy(
  { facts: { session, access }, failure }: ServerAnswer,
  adopt: () => never,
): Granted {
  if (session) return { session, access };
  if (access) return { session, access };
  if (failure) throw new TmdbAuthError(failure);
  return adopt();
}

/** The work of the machine's actors, done by the server. */
export function createRemoteSteps({
  vault,
  facts,
  context,
  clock,
  ask,
  call,
  change,
  learn,
  latest,
  adopt,
  exchange,
}: RemoteStepsDependencies): Steps {
  /** The server names the account with the session. */
  const readAccount: Steps['fetchAccount'] = async (signal) => {
    const known = facts().account ? null : latest().facts.account;
    if (known) return known;
    const { facts: now, failure } = await call('verify', signal);
    if (failure) throw new TmdbAuthError(failure);
    // The session was ended elsewhere, or TMDB had already told the server.
    if (!now.session) throw new TmdbAuthError('session_invalid');
    return now.account ?? adopt();
  };

  return {
    async restore(signal) {
      const found = await within(
        clock,
        RESTORE_TIMEOUT,
        (end) => ask('session', { method: 'GET', signal: end }),
        signal,
      ).catch((error) => {
        throw error.code === 'timeout' ? new TmdbAuthError('timeout', SILENT) : error;
      });
      throwIfAborted(signal);
      return { at: clock.now(), facts: learn(found).facts };
    },
    async requestToken(signal) {
      if (vault.take('login')) throw new TmdbAuthError('invalid_login', { message: NO_PASSWORDS });
      const redirectTo = vault.read('redirectTo');
      const { facts: now, failure } = await change('login', signal, {
        // The machine asks only if it has no token to continue with.
        anew: 'true',
        ...(redirectTo && { redirectTo }),
      });
      if (now.token) return now.token;
      if (failure) throw new TmdbAuthError(failure);
      return adopt();
    },
    submitLogin: () => Promise.reject(new TmdbAuthError('unexpected')),
    adoptSession: () => Promise.reject(new TmdbAuthError('unexpected')),
    async createSession() {
      const requestToken = vault.read('requestToken');
      if (!requestToken) throw new TmdbAuthError('unexpected');
      return (await exchange.run(requestToken)).granted;
    },
    checkApproval: async (signal) => grantedBy(await change('check', signal), adopt),
    async convertSession(signal) {
      const granted = grantedBy(await change('check', signal), adopt);
      if (granted.session) return granted.session;
      throw new TmdbAuthError(latest().failure ?? 'unavailable');
    },
    fetchAccount: readAccount,
    verifySession: readAccount,
    async carryOver(signal) {
      // An actor starts before the machine shows the step that started it.
      await Promise.resolve();
      const overwrite = String(context().overwrites);
      const { carryOver, failure } = await call('carry-over', signal, { overwrite });
      if (failure) throw new TmdbAuthError(failure);
      return carryOver ?? adopt();
    },
    async deleteSession(signal) {
      vault.forget();
      const { failure } = await call('logout', signal);
      if (failure) throw new TmdbAuthError(failure);
    },
    async createGuest(signal) {
      const { facts: now, failure } = await change('guest', signal);
      if (now.guest) return now.guest;
      if (failure) throw new TmdbAuthError(failure);
      return adopt();
    },
  };
}
