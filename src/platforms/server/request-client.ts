import {
  type AuthFacts,
  type AuthSnapshot,
  type AuthView,
  authDelays,
  type Failure,
  failure,
  failureOf,
  NOTHING,
  pathOf,
} from '../../../machines/index.ts';
import { instanceOf } from '../../client/backend.ts';
import type { DeviceCode, TmdbAuth } from '../../client/tmdb-auth.ts';
import { createTmdbAuth } from '../../direct/create-tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import { createClient } from '../../tmdb/client.ts';
import { deleteAccessToken, deleteSession } from '../../tmdb/endpoints.ts';
import type { Jar } from './jar.ts';
import type { ServerSettings } from './options.ts';

/** The view that pages receive, with the facts that their own machine continues from. Contains no secret. */
export interface ServerView extends AuthView {
  /** The server's time, epoch ms. Compare all other times here with it. */
  at: number;
  /** The facts of the record on the server. */
  facts: AuthFacts;
  /** Where the user approves, or null if no sign-in waits for approval. */
  approvalUrl: string | null;
  /** With the option `device`: the code of the sign-in that waits for another device, or null. */
  deviceCode?: DeviceCode | null;
}

/** Credentials that TMDB issued for an approved token. Secret. */
export interface Made {
  sessionId: string | null;
  accessToken: string | null;
}

/** Deletes unused credentials at TMDB. False if a request failed, so that some may still be valid. */
export async function endMade({ client }: Pick<ServerSettings, 'client'>, made: Made): Promise<boolean> {
  const tmdb = createClient(client);
  const { sessionId, accessToken } = made;
  const work = (signal: AbortSignal) =>
    Promise.allSettled([
      sessionId && deleteSession(tmdb, signal, sessionId),
      accessToken && deleteAccessToken(tmdb, signal, accessToken),
    ]);
  const results = await within(client.clock, client.requestTimeout, work).catch(() => null);
  return results?.every(({ status }) => status === 'fulfilled') ?? false;
}

/** The client of one request: restored from its cookies or the store, disposed when the request is answered. */
export interface RequestClient {
  auth: TmdbAuth;
  /** Aborted at the deadline, and on `dispose`. */
  signal: AbortSignal;
  /** Runs `step` and waits until the machine has settled. An error ends up in the view's `failure`. */
  perform(step: () => Promise<unknown>): Promise<ServerView>;
  /**
   * Starts a sign-in and waits until the user can approve it. Unless `anew`, continues a pending sign-in that still
   * has time left.
   */
  login(redirectTo: string | undefined, anew: boolean): Promise<ServerView>;
  /** Asks TMDB whether the pending sign-in was approved. */
  check(): Promise<ServerView>;
  /** Forgets a token that TMDB no longer accepts. */
  dropToken(): Promise<void>;
  /** Waits until the machine has settled. */
  view(): Promise<ServerView>;
  /** Ends the session at TMDB and here. Keeps the guest. */
  undoSession(): Promise<void>;
  /** Calls `onFound` with the credentials that TMDB has issued since `before`, as soon as each is known. */
  onMade(before: Pick<AuthFacts, 'session' | 'access'>, onFound: (made: Made) => void): void;
  /** The token that waits for approval. Secret. */
  requestToken(): string | null;
  /** The user's session id. Secret. */
  sessionId(): string | null;
  /** Where TMDB sends the user back to in the pending sign-in. */
  redirectTo(): string | null;
  states(): readonly string[];
  tmdbRequests(): number;
  dispose(): void;
}

const isNewer = (now: { createdAt: number } | null, before: { createdAt: number } | null) =>
  now !== null && now.createdAt !== before?.createdAt;

/** An address without its `state`, which differs for every sign-in. */
function placeOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return address;
  const url = new URL(address);
  url.searchParams.delete('state');
  return url.href;
}

/** Shared: `abort()` without a reason creates an error with a stack trace for every request. */
const ENDED = new TmdbAuthError('disposed');

/** A pending sign-in with less time left than this, in ms, is replaced by a new one. */
const WORTH_APPROVING = 5 * 60_000;

/**
 * `isPatient`: the server retries for a person, who cannot. A program, or the machine in a page, can: it gets the
 * first failure and retries by itself.
 */
export function openClient(
  settings: ServerSettings,
  jar: Pick<Jar, 'storage'>,
  { isPatient, deadline = settings.deadline }: { isPatient: boolean; deadline?: number },
): RequestClient {
  const { client } = settings;
  const states: string[] = [];
  let requests = 0;
  let latest: Failure | null = null;

  // English here: `responseOf` puts in the site's own messages.
  const { navigator: _, channel: __, messages: ___, ...options } = client;
  const auth = createTmdbAuth({
    ...options,
    storage: jar.storage,
    fetch(input, init) {
      requests += 1;
      return client.fetch(input, init);
    },
  });
  const { actor } = auth;
  const { backend, clock, facts } = instanceOf(actor.system);
  const { vault, record } = backend;

  const note = (snapshot: AuthSnapshot) => {
    const state = pathOf(snapshot.value);
    if (state !== states.at(-1)) states.push(state);
  };
  note(actor.getSnapshot());
  actor.subscribe(note);
  const { run } = backend;
  // Wrapping `run` is cheaper than an inspector, which gets every event.
  backend.run = (name, signal) => {
    const done = run(name, signal);
    done.catch((error: unknown) => {
      if (!signal.aborted) latest = failureOf(error);
    });
    return done;
  };

  const isInBackoff = (snapshot: AuthSnapshot) => pathOf(snapshot.value).endsWith('.backoff');
  const isAtRest = (snapshot: AuthSnapshot) => {
    if (snapshot.matches({ awaitingApproval: 'waiting' })) return true;
    const { expiresAt } = auth.getView();
    return snapshot.hasTag('settled') && (expiresAt === null || expiresAt > clock.now());
  };

  const startedAt = clock.now();
  const stopped = new AbortController();
  const timer = clock.setTimeout(() => {
    latest = failure('timeout');
    stopped.abort(new TmdbAuthError('timeout'));
  }, deadline);

  /** Resolves when `isReached` holds, at the deadline, or on `dispose`. */
  const until = (isReached: (snapshot: AuthSnapshot) => boolean) =>
    new Promise<void>((resolve) => {
      const end = () => {
        subscription.unsubscribe();
        stopped.signal.removeEventListener('abort', end);
        resolve();
      };
      const look = () => {
        if (stopped.signal.aborted || isReached(actor.getSnapshot())) end();
      };
      const subscription = actor.subscribe(look);
      stopped.signal.addEventListener('abort', end);
      look();
    });

  /** A script retries by itself. A person is not kept waiting for a retry that would come after the deadline. */
  const isNotWaitedFor = (snapshot: AuthSnapshot) =>
    isInBackoff(snapshot) &&
    (!isPatient || authDelays.backoff(snapshot) >= startedAt + deadline - clock.now());
  const rest = () => until((snapshot) => isAtRest(snapshot) || isNotWaitedFor(snapshot));

  const describe = async (thrown: Failure | null): Promise<ServerView> => {
    await record.flush();
    const view = auth.getView();
    const isUnderWay = !isAtRest(actor.getSnapshot());
    return {
      ...view,
      failure: thrown ?? view.failure ?? (isUnderWay ? latest : null),
      at: clock.now(),
      facts: facts(),
      approvalUrl: backend.approvalUrl(),
    };
  };

  const perform: RequestClient['perform'] = async (step) => {
    await rest();
    let thrown: Failure | null = null;
    const done = step().catch((error: unknown) => {
      thrown = TmdbAuthError.is(error) ? error.failure : failure('unexpected');
    });
    await Promise.race([done, until(isNotWaitedFor)]);
    await rest();
    return describe(thrown);
  };

  return {
    auth,
    perform,
    async login(redirectTo, anew) {
      await rest();
      const { token } = facts();
      const isPending = actor.getSnapshot().matches('awaitingApproval');
      // In v3 the address of the approval page says where TMDB sends the user back to; in v4 the token holds it.
      const isTold = token?.apiVersion === 3;
      const hasSameReturn = isTold || placeOf(vault.read('redirectTo')) === placeOf(redirectTo ?? null);
      const worth = Math.min(WORTH_APPROVING, client.approvalWindow / 2);
      const isWorthIt = token !== null && token.expiresAt - clock.now() > worth;
      if (isPending && hasSameReturn && isWorthIt && !anew) {
        if (redirectTo && isTold) vault.put({ redirectTo });
        // The user may have approved, and the return got lost.
        actor.send({ type: 'approval.check' });
      } else {
        if (isPending) actor.send({ type: 'login.cancel' });
        vault.take('redirectTo');
        if (redirectTo) vault.put({ redirectTo });
        actor.send({ type: 'login.start' });
      }
      await rest();
      return describe(null);
    },
    async check() {
      await rest();
      actor.send({ type: 'approval.check' });
      await rest();
      const stillWaits = actor.getSnapshot().matches('awaitingApproval');
      return describe(stillWaits ? latest : null);
    },
    async dropToken() {
      const restored = { ...facts(), token: null, exchanging: false };
      actor.send({ type: 'record.changed', output: { at: clock.now(), facts: restored } });
      await record.flush();
    },
    async view() {
      await rest();
      return describe(null);
    },
    async undoSession() {
      const { guest } = facts();
      const guestId = vault.read('guestId');
      await perform(auth.logout);
      if (!guest || !guestId) return;
      vault.put({ guestId });
      actor.send({ type: 'record.changed', output: { at: clock.now(), facts: { ...NOTHING, guest } } });
      await record.flush();
    },
    onMade(before, onFound) {
      let reported = 0;
      const look = () => {
        const { session, access } = facts();
        const made = {
          sessionId: isNewer(session, before.session) ? vault.read('sessionId') : null,
          accessToken: isNewer(access, before.access) ? vault.read('accessToken') : null,
        };
        const count = Object.values(made).filter((secret) => secret !== null).length;
        if (count <= reported) return;
        reported = count;
        onFound(made);
      };
      actor.subscribe(look);
      look();
    },
    requestToken: () => vault.read('requestToken'),
    sessionId: () => vault.read('sessionId'),
    redirectTo: () => vault.read('redirectTo'),
    signal: stopped.signal,
    states: () => states,
    tmdbRequests: () => requests,
    dispose() {
      clock.clearTimeout(timer);
      stopped.abort(ENDED);
      auth.dispose();
    },
  };
}
