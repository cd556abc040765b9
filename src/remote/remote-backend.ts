import { type AuthFacts, failureOf, type Granted, guestEnd, NOTHING } from '../../machines/index.ts';
import type { Backend, ClientCore } from '../client/backend.ts';
import { Exchange } from '../client/exchange.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { queryOf } from '../lib/address.ts';
import { within } from '../lib/within.ts';
import type { Vault } from '../record/vault.ts';
import { tokenOfApproval } from '../tmdb/approval.ts';
import { type AskTmdb, createAuthFetch } from '../tmdb/auth-fetch.ts';
import { createRemoteSteps, grantedBy } from './remote-steps.ts';
import { createServerClient, type ServerAnswer, type ServerRoute } from './server-client.ts';
import { NO_SESSION, SESSION_HEADER } from './session-header.ts';

const NOT_HERE = 'The application’s credentials are on the server. Validate them there.';

/** The backend of a client that asks a server. A client that asks TMDB itself does not load it. */
export function createRemoteBackend(server: string, vault: Vault, core: ClientCore): Backend {
  const { settings, clock, facts, snapshot, send, isDisposed } = core;
  const ask = createServerClient(server, { clock, fetch: settings.fetch });
  let latest: ServerAnswer = {
    facts: NOTHING,
    approvalUrl: null,
    deviceCode: null,
    failure: null,
    carryOver: null,
    sessionMadeAt: null,
  };
  let tail: Promise<unknown> = Promise.resolve();
  let known: AuthFacts = NOTHING;
  /** Requests that change something, waiting ones included. */
  let underWay = 0;

  const bounded = (work: (signal: AbortSignal) => Promise<ServerAnswer>) =>
    within(clock, settings.requestTimeout, work);
  const isOther = (answer: ServerAnswer) => JSON.stringify(answer.facts) !== JSON.stringify(latest.facts);
  const learn = (answer: ServerAnswer): ServerAnswer => {
    latest = answer;
    const requestToken = answer.approvalUrl && tokenOfApproval(answer.approvalUrl);
    if (requestToken) vault.put({ requestToken });
    return answer;
  };
  const call = async (route: ServerRoute, signal: AbortSignal, fields?: Record<string, string>) => {
    const answer = await ask(route, { signal, ...(fields && { fields }) });
    if (isOther(answer)) settings.channel?.post();
    return learn(answer);
  };

  /** The machine may cancel this step, but the server has already acted. */
  const change = async (route: ServerRoute, signal: AbortSignal, fields?: Record<string, string>) => {
    const before = latest;
    underWay += 1;
    try {
      await bounded((end) => call(route, end, fields));
    } catch (error) {
      // The server may or may not have acted.
      void refresh('all');
      throw error;
    } finally {
      underWay -= 1;
    }
    if (signal.aborted) giveUp(before);
    throwIfAborted(signal);
    return latest;
  };

  /** Gives up a late result that the machine no longer waits for, unless the machine is about to ask for another. */
  const giveUp = (before: ServerAnswer) => {
    const { token, session, guest } = facts();
    if (underWay > 0 || isDisposed()) return;
    if (latest.sessionMadeAt !== before.sessionMadeAt && !session) {
      if (token) send({ type: 'approval.check' });
      else aside((signal) => call('cancel', signal, { session: String(latest.sessionMadeAt) }));
    } else if (latest.facts.token && !before.facts.token && !token) {
      aside((signal) => call('cancel', signal));
    } else if (latest.facts.guest && !before.facts.guest && !guest && !session) {
      aside((signal) => call('logout', signal));
    }
  };

  /** Ends at the server what the machine has given up. */
  const save = (now: AuthFacts) => {
    const before = known;
    known = now;
    const route = droppedBy(before, now, clock.now());
    // A new sign-in replaces the old one at the server, too.
    if (snapshot().matches('tokenRequested')) return;
    const isTheirs = route === 'cancel' ? latest.facts.token : latest.facts.guest;
    if (!route || !isTheirs || isDisposed()) return;
    aside((signal) => call(route, signal));
  };

  /** Runs beside the machine: only `flush` waits for it. */
  const aside = (work: (signal: AbortSignal) => Promise<ServerAnswer>) => {
    const done = bounded(work).then(() => settings.channel?.post());
    tail = Promise.all([tail, done]).catch(() => {});
  };

  const refresh: Backend['record']['refresh'] = async (scope) => {
    const answer = await bounded((signal) => ask('session', { method: 'GET', signal })).catch(failureOf);
    if ('code' in answer) return answer;
    if (isDisposed()) return null;
    const { token, session } = facts();
    const isEnded = token !== null && answer.facts.token === null;
    const isOtherSession = answer.facts.session?.createdAt !== session?.createdAt;
    if (scope === 'all' || isOtherSession || (scope === 'token' && isEnded)) {
      learn(answer);
      send({ type: 'record.changed', output: { at: clock.now(), facts: answer.facts } });
    }
    return null;
  };

  /** Another tab has changed the server's facts: adopts them, and ends the running step. */
  const adopt = (): never => {
    send({ type: 'record.changed', output: { at: clock.now(), facts: latest.facts } });
    throw new TmdbAuthError('cancelled');
  };

  /** Continues when the machine leaves, as TMDB makes a session anyway; an unwanted one is ended. */
  const exchange = new Exchange<{ secret: string; granted: Granted }>(core, {
    async make(_, signal, requestToken) {
      const granted = grantedBy(await call('callback', signal, { requestToken }), adopt);
      // The server has the access token only, and continues from that when it is asked again.
      if (!granted.session) throw new TmdbAuthError(latest.failure ?? 'unavailable');
      return { granted, secret: String(latest.sessionMadeAt) };
    },
    unmake: async (_, signal, session) => void (await call('cancel', signal, { session })),
    isTaken: (_, session) => facts().session !== null && String(latest.sessionMadeAt) === session,
    // The server keeps it for the next page.
    isWanted: (_, token) => isDisposed() || (facts().token !== null && vault.read('requestToken') === token),
  });

  const steps = createRemoteSteps({
    ...core,
    vault,
    ask,
    call,
    change,
    adopt,
    exchange,
    latest: () => latest,
    learn,
  });

  /** The server has asked TMDB, and its facts show the answer. */
  const isGuestGone = async () => {
    const answer = await bounded((signal) => ask('session', { method: 'GET', signal })).catch(() => null);
    if (!answer || answer.facts.guest || answer.facts.session) return false;
    learn(answer);
    return true;
  };

  const throughServer = createAuthFetch({
    fetch: settings.fetch,
    present: () => ({ isUser: snapshot().matches('sessionActive'), facts: facts() }),
    send,
    isGuestGone,
    redirect: 'follow',
    // Only tells one session or guest from another.
    secretOf: (as) => String((as === 'user' ? facts().session : facts().guest)?.createdAt ?? '') || null,
    address(path, query, headers, identity) {
      if (identity) headers.set(SESSION_HEADER, String(latest.sessionMadeAt ?? NO_SESSION));
      return `${server}/tmdb${path}${queryOf(query)}`;
    },
  });
  /** The server refuses a page that shows another user than its cookies name: the page reads the facts again. */
  const askTmdb: AskTmdb = async (...asked) => {
    const response = await throughServer(...asked);
    if (response.status === 409) void refresh('all');
    return response;
  };

  return {
    run: (name, signal) => steps[name](signal),
    vault,
    keepsSessions: false,
    record: {
      save,
      async flush() {
        await tail;
      },
      refresh,
      announce() {},
    },
    approvalUrl: () => (snapshot().matches('awaitingApproval') ? latest.approvalUrl : null),
    deviceCode: () => (snapshot().matches('awaitingApproval') ? latest.deviceCode : null),
    // A token fetched ahead would be a pending sign-in for every tab.
    prepare: async () => {},
    validateCredentials: () =>
      Promise.reject(new TmdbAuthError('invalid_credentials', { message: NOT_HERE })),
    asking: () => askTmdb,
    sweep: () => exchange.sweep(),
  };
}

/** The route that ends what the machine has dropped and the server may still hold. */
function droppedBy(before: AuthFacts, now: AuthFacts, at: number): 'cancel' | 'logout' | null {
  if (now.session) return null;
  if (before.token && !now.token) return 'cancel';
  const isSignedOut = before.guest && !now.guest && !before.session && guestEnd(before.guest) > at;
  return isSignedOut ? 'logout' : null;
}
