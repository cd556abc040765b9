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
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { createTmdbAuth } from '../../direct/create-tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import { createClient } from '../../tmdb/client.ts';
import { deleteAccessToken, deleteSession } from '../../tmdb/endpoints.ts';
import type { Jar } from './jar.ts';
import type { ServerSettings } from './options.ts';

/** What pages get to know: the view, and what a machine of their own needs to go on from there. No secret. */
export interface ServerView extends AuthView {
  /** The server's time, epoch ms: all times are counted from it. */
  at: number;
  /** What is true, as the server has it. */
  facts: AuthFacts;
  /** Where the user approves, while there is something to approve. */
  approvalUrl: string | null;
}

/** Made by TMDB for an approved token: what a user is signed in by. Secret. */
export interface Made {
  sessionId: string | null;
  accessToken: string | null;
}

/** Ends at TMDB what was made and what no client will use. False if TMDB could not be told of all of it. */
export async function endMade({ client }: Pick<ServerSettings, 'client'>, made: Made): Promise<boolean> {
  const tmdb = createClient(client);
  const { sessionId, accessToken } = made;
  const work = (signal: AbortSignal) =>
    Promise.allSettled([
      sessionId && deleteSession(tmdb, signal, sessionId),
      accessToken && deleteAccessToken(tmdb, signal, accessToken),
    ]);
  const told = await within(client.clock, client.requestTimeout, work).catch(() => null);
  return told?.every(({ status }) => status === 'fulfilled') ?? false;
}

/** The client of one request: restored from what the request brought, gone when it is answered. */
export interface Turn {
  auth: TmdbAuth;
  /** Aborted at its deadline, and when it is disposed. */
  signal: AbortSignal;
  /** Does it, and waits for its end. What went wrong is in the view. */
  take(step: () => Promise<unknown>): Promise<ServerView>;
  /**
   * Begins a sign-in, and waits until the user is to be asked. Unless it is to be a new one, it goes on with what can
   * still be approved.
   */
  login(redirectTo: string | undefined, anew: boolean): Promise<ServerView>;
  /** Asks TMDB whether what waits was approved. */
  check(): Promise<ServerView>;
  /** Forgets a token that TMDB takes no more. */
  dropToken(): Promise<void>;
  /** Waits until everything is known. */
  view(): Promise<ServerView>;
  /** Ends the session at TMDB and here; a guest stays. */
  undoSession(): Promise<void>;
  /** Tells what TMDB has made since the record was like that, as soon as it is known here. */
  onMade(before: Pick<AuthFacts, 'session' | 'access'>, tell: (made: Made) => void): void;
  /** Secret: the token that waits for approval. */
  requestToken(): string | null;
  /** Secret: what the user is signed in by. */
  sessionId(): string | null;
  /** Where the sign-in that waits leads back to. */
  redirectTo(): string | null;
  states(): readonly string[];
  tmdbRequests(): number;
  dispose(): void;
}

/** There is one, and it was made at another time. */
const isOther = (now: { createdAt: number } | null, before: { createdAt: number } | null) =>
  now !== null && now.createdAt !== before?.createdAt;

/** An address without its `state`, which is another one for every sign-in. */
function placeOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return address;
  const url = new URL(address);
  url.searchParams.delete('state');
  return url.href;
}

/** Made once: without a reason every `abort` makes an error with a stack of its own. */
const ENDED = new TmdbAuthError('disposed');

/** A sign-in with less left than this, in ms, is begun anew. */
const WORTH_APPROVING = 5 * 60_000;

/**
 * `isPatient`: the server repeats what may work the next time, as a person cannot. Who can (a program, the machine of a
 * page) is told at the first failure, and does the waiting.
 */
export function openTurn(
  settings: ServerSettings,
  jar: Jar,
  { isPatient, deadline = settings.deadline }: { isPatient: boolean; deadline?: number },
): Turn {
  const { client } = settings;
  const states: string[] = [];
  let requests = 0;
  let latest: Failure | null = null;

  // It speaks English, as the handler's edge gives a failure the site's own text.
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
  // An inspector would hear of it, too, and of every event besides.
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
  const over = new AbortController();
  const timer = clock.setTimeout(() => {
    latest = failure('timeout');
    over.abort(new TmdbAuthError('timeout'));
  }, deadline);

  /** Resolves as soon as the machine is like that, or when it must not take longer. */
  const until = (isSo: (snapshot: AuthSnapshot) => boolean) =>
    new Promise<void>((resolve) => {
      const end = () => {
        subscription.unsubscribe();
        over.signal.removeEventListener('abort', end);
        resolve();
      };
      const look = () => {
        if (over.signal.aborted || isSo(actor.getSnapshot())) end();
      };
      const subscription = actor.subscribe(look);
      over.signal.addEventListener('abort', end);
      look();
    });

  /** A script waits by itself; a person is not kept waiting for what comes too late. */
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

  const take: Turn['take'] = async (step) => {
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
    take,
    async login(redirectTo, anew) {
      await rest();
      const { token } = facts();
      const isPending = actor.getSnapshot().matches('awaitingApproval');
      // In v3 the approval page is told where to lead back to, in v4 the token knows.
      const isTold = token?.apiVersion === 3;
      const leadsThere = isTold || placeOf(vault.read('redirectTo')) === placeOf(redirectTo ?? null);
      const worth = Math.min(WORTH_APPROVING, client.approvalWindow / 2);
      const isWorthIt = token !== null && token.expiresAt - clock.now() > worth;
      if (isPending && leadsThere && isWorthIt && !anew) {
        if (redirectTo && isTold) vault.put({ redirectTo });
        // It may have been approved on a way back that got lost.
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
      await take(auth.logout);
      if (!guest || !guestId) return;
      vault.put({ guestId });
      actor.send({ type: 'record.changed', output: { at: clock.now(), facts: { ...NOTHING, guest } } });
      await record.flush();
    },
    onMade(before, tell) {
      let told = 0;
      const look = () => {
        const { session, access } = facts();
        const made = {
          sessionId: isOther(session, before.session) ? vault.read('sessionId') : null,
          accessToken: isOther(access, before.access) ? vault.read('accessToken') : null,
        };
        const count = Object.values(made).filter((secret) => secret !== null).length;
        if (count <= told) return;
        told = count;
        tell(made);
      };
      actor.subscribe(look);
      look();
    },
    requestToken: () => vault.read('requestToken'),
    sessionId: () => vault.read('sessionId'),
    redirectTo: () => vault.read('redirectTo'),
    signal: over.signal,
    states: () => states,
    tmdbRequests: () => requests,
    dispose() {
      clock.clearTimeout(timer);
      over.abort(ENDED);
      auth.dispose();
    },
  };
}
