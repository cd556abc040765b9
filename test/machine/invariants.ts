import { authDelays, failure, MAX_TRIES, NOTHING, pathOf, toView } from '../../machines/index.ts';
import { BEFORE_ALL_EXPIRIES, SENTINEL } from './facts.ts';
import { invokesOf, keyOf, type State, send, start, step, timersOf, type WorldEvent } from './world.ts';

export interface Step {
  before: State;
  event: WorldEvent;
  after: State;
}

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const known = <Item>(items: readonly Item[], item: unknown) => items.includes(item as Item);

const LOGINS = [
  'tokenRequested',
  'awaitingApproval',
  'loginSubmitted',
  'sessionRequested',
  'adoptionRequested',
] as const;
const isLogin = (state: State) => LOGINS.some((name) => state.matches(name));
const isCarrying = (state: State) => state.matches({ sessionActive: 'carryingOver' });
const isPendingForUser = (state: State) =>
  isLogin(state) || state.matches('guestRequested') || isCarrying(state);
const isSettled = (state: State) => state.hasTag('settled');
const isBackoff = (state: State) => /\.backoff$/.test(pathOf(state.value));
const retryExchanges = (state: State) => isSettled(state) && send(state, 'retry').matches('sessionRequested');
/** The token is being exchanged, or a retry would exchange it. */
const exchanges = (state: State) => state.matches('sessionRequested') || retryExchanges(state);

const FAILURE_FIELDS = ['code', 'message', 'retryable', 'tmdbCode', 'httpStatus', 'retryAfter'];
// `failure()` has a message for every known code, and throws for others.
const isKnownCode = (code: string) => {
  try {
    return typeof failure(code as never).message === 'string';
  } catch {
    return false;
  }
};

const [restore] = invokesOf(start);
const restarted = (state: State) =>
  step(start, {
    type: `xstate.done.actor.${restore?.id}`,
    output: { at: BEFORE_ALL_EXPIRIES, facts: state.context.facts },
  });

/** The state in which a new process starts from the record if this one dies here and nothing has expired. */
function afterRestart(state: State): string {
  const { session, account, guest, token, access } = state.context.facts;
  const atRest = guest ? `guestActive.${guest.used ? 'used' : 'unused'}` : 'idle.fresh';
  // The exceptions, as a record holds facts and not reasons: a token kept for `retry` awaits its approval again, and
  // so does one whose password is gone;
  if ((isSettled(state) && token) || state.matches('loginSubmitted')) return 'awaitingApproval.waiting';
  // an access token continues to its session;
  if (access && !session) return 'sessionRequested.converting';
  // a wait or a check begins again in the step’s first state;
  if (state.matches('awaitingApproval')) return 'awaitingApproval.waiting';
  if (state.matches('sessionRequested')) return 'sessionRequested.exchanging';
  // the account is requested unless it is known, and a rejection that was being verified is forgotten;
  if (session) return account ? 'sessionActive.ready' : 'sessionActive.accountRequested';
  // the reason for being signed out is forgotten, and so is a request without a result.
  return atRest;
}

/** The rules for every state, by name. */
export const inEveryState: Record<string, (state: State) => boolean> = {
  'the machine never stops': ({ status }) => status === 'active',
  'a session is known exactly in sessionActive': (state) =>
    (state.context.facts.session !== null) === state.matches('sessionActive'),
  'a token is known exactly while it is awaited, exchanged, or kept for a retry': (state) =>
    (state.context.facts.token !== null) ===
    (state.matches('awaitingApproval') ||
      state.matches('loginSubmitted') ||
      (exchanges(state) && !state.context.facts.access)),
  'an access token is known only with its session, during the conversion, or for a retry of it': (state) =>
    !state.context.facts.access || state.matches('sessionActive') || exchanges(state),
  'converting has an access token': (state) =>
    !state.matches({ sessionRequested: 'converting' }) || state.context.facts.access !== null,
  'exchanging is true exactly in sessionRequested': (state) =>
    state.context.facts.exchanging === state.matches('sessionRequested'),
  'an account is known only with a session': ({ context: { facts } }) => !facts.account || !!facts.session,
  'a guest is never idle': (state) => !(state.matches('idle') && state.context.facts.guest),
  'guestActive.used holds a used guest, guestActive.unused an unused one': (state) =>
    !state.matches('guestActive') ||
    state.context.facts.guest?.used === (pathOf(state.value) === 'guestActive.used'),
  'the facts are the six of the record': ({ context: { facts } }) =>
    same(Object.keys(facts).sort(), Object.keys(NOTHING).sort()),
  'a step is tried at most MAX_TRIES times': ({ context }) =>
    context.tries >= 0 && context.tries <= MAX_TRIES,
  'a wait before another try lasts at most a minute': (state) => {
    const wait = authDelays.backoff(state);
    return !isBackoff(state) || (wait > 0 && wait <= 60_000);
  },
  'every wait for an actor has a finite timeout': (state) =>
    invokesOf(state).length === 0 ||
    timersOf(state).some(({ delay }) => /Timeout$/.test(delay) && Number.isFinite(nominal(delay, state))),
  'a failure has a known code and only known fields': ({ context: { failure: why } }) =>
    why === null ||
    (isKnownCode(why.code) && Object.keys(why).every((field) => known(FAILURE_FIELDS, field))),
  'no secret is in the snapshot or in the view': (state) =>
    !JSON.stringify([state.value, state.context, toView(state)]).includes(SENTINEL),
  'a cancel ends whatever the user waits for at once': (state) =>
    !isPendingForUser(state) || isSettled(send(state, 'login.cancel')),
  'a cancel is ignored when the user waits for nothing': (state) =>
    isPendingForUser(state) || keyOf(send(state, 'login.cancel')) === keyOf(state),
  'a session can be adopted exactly when nobody is signed in and nothing else is under way': (state) =>
    send(state, 'session.adopt').matches('adoptionRequested') ===
    (state.matches('idle') || state.matches('guestActive') || state.matches('adoptionRequested')),
  'a failed adoption is not retried, as its session has left the vault': (state) =>
    !isSettled(state) || !send(state, 'retry').matches('adoptionRequested'),
  'a carry-over is known only while a user is signed in': (state) =>
    state.context.carryOver === null || state.matches('sessionActive'),
  'ratings are carried over only while there is a guest and a session': (state) =>
    !isCarrying(state) || (state.context.facts.session !== null && state.context.carryOver !== null),
  'a logout leaves no facts once the record was read': (state) =>
    state.matches('restoring') || same(send(state, 'logout').context.facts, NOTHING),
  'a logout leads to a state in which nobody is signed in': (state) =>
    ['restoring', 'idle', 'loggingOut'].some((name) => send(state, 'logout').matches(name as 'idle')),
  'view.can lists exactly the events that change something': (state) => {
    const { can } = toView(state);
    const changes = (type: Parameters<typeof send>[1]) => keyOf(send(state, type)) !== keyOf(state);
    return same(can, {
      login: changes('login.start'),
      loginAsGuest: changes('guest.start'),
      cancel: changes('login.cancel'),
      retry: changes('retry'),
      logout: changes('logout'),
    });
  },
  'view.status agrees with the facts': (state) => {
    const { session, guest } = state.context.facts;
    const atRest = guest ? 'guest' : 'signedOut';
    return toView(state).status === (session ? 'user' : isSettled(state) ? atRest : 'pending');
  },
  'the view shows the facts and no more': (state) => {
    const { context } = state;
    const { guest, account, failure: why, expiresAt } = toView(state);
    return (
      same(account, account && { ...context.facts.account, objectId: account.objectId }) &&
      (account === null) === (context.facts.account === null) &&
      same(why, context.failure) &&
      guest?.used === context.facts.guest?.used &&
      (expiresAt === null || Number.isFinite(expiresAt))
    );
  },
  'a restart before anything expires leads to the same place and loses no fact': (state) =>
    pathOf(restarted(state).value) === afterRestart(state) &&
    same(
      { ...restarted(state).context.facts, exchanging: null },
      { ...state.context.facts, exchanging: null },
    ),
};

/** A delay's nominal length in ms, in this state. */
export function nominal(delay: string, state: State): number {
  const length = authDelays[delay as keyof typeof authDelays];
  return typeof length === 'function' ? length(state) : length;
}

const isTimer = ({ type }: WorldEvent, ...names: string[]) =>
  names.some((name) => type.startsWith(`xstate.after.${name}.`));
const isAnswerOf = ({ before, event }: Step, ...actors: string[]) =>
  invokesOf(before).some(
    ({ id, src }) => known(actors, src as string) && event.type === `xstate.done.actor.${id}`,
  );
const isRecord = (taken: Step) => taken.event.type === 'record.changed' || isAnswerOf(taken, 'restore');
const codeOf = ({ error }: WorldEvent) =>
  (error as { failure?: { code: string } } | undefined)?.failure?.code;
const gone = <Fact extends 'session' | 'guest'>({ before, after }: Step, fact: Fact) =>
  before.context.facts[fact] !== null && after.context.facts[fact] === null;
/** A login ended without a session, on its own or by a cancel. */
const failsLogin = (taken: Step) =>
  isLogin(taken.before) &&
  isSettled(taken.after) &&
  !taken.after.context.facts.session &&
  taken.event.type !== 'logout' &&
  !isRecord(taken);

/** The rules for every transition that changes anything, by name. */
export const inEveryChange: Record<string, (taken: Step) => boolean> = {
  'only an event that is accepted changes anything': ({ before, event }) => before.can(event as never),
  'only an event that an active state names changes anything': ({ before, event }) =>
    before._nodes.some((node) => node.transitions.has(event.type as never)),
  'a login that fails has a failure': (taken) => !failsLogin(taken) || taken.after.context.failure !== null,
  'a login that fails returns a guest to guestActive': (taken) =>
    !failsLogin(taken) ||
    (same(taken.before.context.facts.guest, taken.after.context.facts.guest) &&
      taken.after.matches('guestActive') === (taken.before.context.facts.guest !== null)),
  'a session ends only by logout, its maximum age, the record, or a 401/3': (taken) =>
    !gone(taken, 'session') ||
    taken.event.type === 'logout' ||
    isTimer(taken.event, 'sessionMaxAge') ||
    isRecord(taken) ||
    codeOf(taken.event) === 'session_invalid',
  'a session begins only by an exchange, an adoption or the record': (taken) =>
    taken.before.context.facts.session !== null ||
    taken.after.context.facts.session === null ||
    isRecord(taken) ||
    isAnswerOf(taken, 'createSession', 'convertSession', 'checkApproval', 'adoptSession'),
  'a session is adopted only with its account, and the guest stays unchanged': (taken) =>
    !isAnswerOf(taken, 'adoptSession') ||
    (taken.after.matches({ sessionActive: 'ready' }) &&
      taken.after.context.facts.account !== null &&
      same(taken.before.context.facts.guest, taken.after.context.facts.guest)),
  'a guest ends only by logout, expiry, the record, a 401/3, or a finished carry-over': (taken) =>
    !gone(taken, 'guest') ||
    ['logout', 'guest.rejected'].includes(taken.event.type) ||
    isTimer(taken.event, 'guestLifetime', 'guestUnusedLifetime', 'sessionMaxAge') ||
    isAnswerOf(taken, 'carryOver') ||
    codeOf(taken.event) === 'guest_gone' ||
    isRecord(taken),
  'a logout in progress is finished, whatever events arrive': ({ before, after }) =>
    !before.matches('loggingOut') || after.matches('loggingOut') || after.matches({ idle: 'loggedOut' }),
  'a start drops the old token and the old failure': ({ event, after }) =>
    !/\.(start|password|adopt)$/.test(event.type) ||
    (after.context.facts.token === null &&
      (after.context.facts.access === null || after.context.facts.session !== null) &&
      after.context.failure === null),
};

const breaches = <Thing>(rules: Record<string, (thing: Thing) => boolean>) => {
  const all = Object.entries(rules);
  return (thing: Thing) => all.filter(([, holds]) => !holds(thing)).map(([name]) => name);
};
/** The names of the broken rules. */
export const brokenInState = breaches(inEveryState);
export const brokenByChange = breaches(inEveryChange);
