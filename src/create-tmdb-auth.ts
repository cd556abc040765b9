import { createActor } from 'xstate';
import { type AuthEvent, type AuthView, failure } from '../machines/index.ts';
import { fetchToken } from './actors/index.ts';
import { createApi } from './api.ts';
import { isSettled } from './attempts.ts';
import { createAuthFetch } from './auth-fetch.ts';
import { parseCallback, sameSecret } from './callback.ts';
import { createCarryOver } from './carry-over.ts';
import { createWallClock } from './clock.ts';
import { TmdbAuthError } from './errors.ts';
import { createExchanges } from './exchanges.ts';
import { type Instance, register } from './instance.ts';
import { liveMachine } from './live-machine.ts';
import { settingsOf, type TmdbAuthOptions } from './options.ts';
import { createPreparation } from './prepare.ts';
import { createRecordKeeper } from './record-keeper.ts';
import { createSignIn, isRestored } from './sign-in.ts';
import { createClient } from './tmdb/client.ts';
import { validateKey } from './tmdb/endpoints.ts';
import type { TmdbAuth } from './tmdb-auth.ts';
import { createVault } from './vault.ts';
import { createViews } from './views.ts';
import { within } from './within.ts';

/**
 * Makes a client and begins to restore what was stored.
 * Throws `invalid_credentials`, or a `TypeError` for an option that cannot be right.
 */
export function createTmdbAuth(options: TmdbAuthOptions): TmdbAuth {
  const settings = settingsOf(options);
  const clock = createWallClock(settings.clock);
  const vault = createVault();
  const client = createClient(settings);
  const actor = createActor(liveMachine, { clock, input: { apiVersion: settings.apiVersion } });
  const snapshot = () => actor.getSnapshot();
  const facts = () => snapshot().context.facts;
  const views = createViews(snapshot);
  const { getView, until } = views;
  let isDisposed = false;

  // XState prints an event that is sent to a stopped actor.
  const send = (event: AuthEvent) => {
    if (!isDisposed) actor.send(event);
  };

  const exchanges = createExchanges({
    client,
    clock,
    settings,
    vault,
    facts,
    isDisposed: () => isDisposed,
    onLate: () => send({ type: 'approval.check' }),
  });
  const sweep = () => {
    for (const exchange of Object.values(exchanges)) exchange.sweep();
  };
  const record = createRecordKeeper({
    id: randomId(),
    settings,
    clock,
    vault,
    onForeign(restored, orphans) {
      for (const exchange of Object.values(exchanges)) orphans.forEach(exchange.undo);
      send({ type: 'record.changed', output: restored });
    },
    onFailure: (failure) => send({ type: 'record.failed', failure }),
  });
  const signIn = createSignIn({
    settings,
    vault,
    record,
    views,
    snapshot,
    send,
    isDisposed: () => isDisposed,
  });
  const preparation = createPreparation(clock, settings.requestTimeout, (signal, redirectTo) =>
    fetchToken(instance, signal, settings.apiVersion, redirectTo),
  );
  const instance: Instance = {
    settings,
    clock,
    vault,
    record,
    client,
    exchanges,
    facts,
    context: () => snapshot().context,
    send,
    takePrepared: (apiVersion, redirectTo) =>
      preparation.take(
        (token) => token.apiVersion === apiVersion && (apiVersion === 3 || token.redirectTo === redirectTo),
      ),
    pollInterval: signIn.pollInterval,
  };

  register(actor.system, instance);
  let known = facts();
  actor.subscribe({
    next: (step) => {
      const { context } = step;
      if (context.facts !== known) {
        known = context.facts;
        record.save(known);
        sweep();
      }
      if (isSettled(step)) void record.flush().then(record.announce);
      views.update();
    },
    error: () => settings.onWarning(failure('unexpected')),
  });
  const ignoreChannel = settings.channel?.subscribe(() => {
    if (isDisposed) return;
    const pending = snapshot().matches('awaitingApproval') ? 'token' : 'session';
    void record.refresh(isSettled(snapshot()) ? 'all' : pending);
  });
  actor.start();

  /** The view once the machine rests and the record is written. */
  const settle = async (): Promise<AuthView> => {
    await until(isSettled);
    await record.flush();
    return getView();
  };

  /** Ends whatever is under way, and waits for the end. */
  const endWith = async (type: 'login.cancel' | 'logout'): Promise<AuthView> => {
    await until(isRestored);
    signIn.stop();
    send({ type });
    return settle();
  };

  const dispose = () => {
    if (isDisposed) return;
    signIn.stop();
    isDisposed = true;
    ignoreChannel?.();
    actor.stop();
    views.end();
    sweep();
  };

  const authFetch = createAuthFetch({ settings, vault, snapshot, send });

  return {
    getView,
    now: clock.now,
    subscribe: views.subscribe,
    login: signIn.login,
    loginWithPassword: signIn.loginWithPassword,
    loginAsGuest: signIn.loginAsGuest,
    async prepare({ redirectTo = settings.navigator?.redirectTo?.() } = {}) {
      await until(isRestored).catch(() => {});
      if (!isDisposed && snapshot().can({ type: 'login.start' })) await preparation.fill(redirectTo);
    },
    async validateCredentials({ signal } = {}) {
      if (isDisposed) throw new TmdbAuthError('disposed');
      await within(clock, settings.requestTimeout, (end) => validateKey(client, end), signal);
    },
    async verify() {
      await until(isRestored);
      if (snapshot().matches('sessionActive')) await until(isSettled);
      send({ type: 'session.check' });
      return settle();
    },
    carryOverGuestRatings: createCarryOver({ record, views, snapshot, send }),
    get approvalUrl() {
      return signIn.approvalUrl();
    },
    async handleCallback(url) {
      await until(isRestored);
      const { token } = facts();
      // v4 sends the user back as they came, with a yes or a no: asking tells.
      if (token?.apiVersion === 4) {
        send({ type: 'approval.granted' });
        return settle();
      }
      if (!token && settings.apiVersion === 4)
        return snapshot().matches('sessionActive') ? settle() : getView();
      const { requestToken, approved } = parseCallback(url);
      const pending = token && vault.read('requestToken');
      if (!pending) return snapshot().matches('sessionActive') ? settle() : getView();
      if (!sameSecret(requestToken, pending)) throw new TmdbAuthError('callback_mismatch');
      send({ type: approved ? 'approval.granted' : 'approval.denied' });
      return settle();
    },
    cancel: () => endWith('login.cancel'),
    logout: () => endWith('logout'),
    retry() {
      if (getView().can.retry) return signIn.repeat();
      return until(isRestored).then(() => (getView().can.retry ? signIn.repeat() : getView()));
    },
    dispose,
    [Symbol.dispose]: dispose,
    fetch: authFetch,
    api: createApi(authFetch, settings.baseURL),
    actor,
  };
}

/** A name and no secret: React Native, and a page without https, have no `crypto.randomUUID`. */
const randomId = () => Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
