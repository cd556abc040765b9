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
/** It is being exchanged, or will be by a retry. */
const exchanges = (state: State) => state.matches('sessionRequested') || retryExchanges(state);

const FAILURE_FIELDS = ['code', 'message', 'retryable', 'tmdbCode', 'httpStatus', 'retryAfter'];
// The sentence of a code is made by `failure()`: a code it does not know has none.
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

/** Where a process that dies here wakes up, if nothing has expired meanwhile. */
function afterRestart(state: State): string {
  const { session, account, guest, token, access } = state.context.facts;
  const atRest = guest ? `guestActive.${guest.used ? 'used' : 'unused'}` : 'idle.fresh';
  // The exceptions, as a record holds facts and not reasons:
  // a token kept for `retry` awaits its approval again, and so does one whose password is gone;
  if ((isSettled(state) && token) || state.matches('loginSubmitted')) return 'awaitingApproval.waiting';
  // an access token goes on to its session;
  if (access && !session) return 'sessionRequested.converting';
  // a wait or a check begins again at the step's first state;
  if (state.matches('awaitingApproval')) return 'awaitingApproval.waiting';
  if (state.matches('sessionRequested')) return 'sessionRequested.exchanging';
  // the account is asked for unless it is known, and a rejection that was being verified is forgotten;
  if (session) return account ? 'sessionActive.ready' : 'sessionActive.accountRequested';
  // why one is signed out is forgotten, and so is a request that had brought nothing yet.
  return atRest;
}

/** What must be true in every state, by name. */
export const inEveryState: Record<string, (state: State) => boolean> = {
  'the machine never stops': ({ status }) => status === 'active',
  'a session is known exactly in sessionActive': (state) =>
    (state.context.facts.session !== null) === state.matches('sessionActive'),
  'a token is known exactly where it is awaited, exchanged, or kept for a retry': (state) =>
    (state.context.facts.token !== null) ===
    (state.matches('awaitingApproval') ||
      state.matches('loginSubmitted') ||
      (exchanges(state) && !state.context.facts.access)),
  'an access token is known only with its session, or while that is made or kept for a retry': (state) =>
    !state.context.facts.access || state.matches('sessionActive') || exchanges(state),
  'what is converted is an access token': (state) =>
    !state.matches({ sessionRequested: 'converting' }) || state.context.facts.access !== null,
  'exchanging is true exactly in sessionRequested': (state) =>
    state.context.facts.exchanging === state.matches('sessionRequested'),
  'an account is known only with a session': ({ context: { facts } }) => !facts.account || !!facts.session,
  'a guest is never idle': (state) => !(state.matches('idle') && state.context.facts.guest),
  'guestActive.used is a guest who was used, guestActive.unused one who was not': (state) =>
    !state.matches('guestActive') ||
    state.context.facts.guest?.used === (pathOf(state.value) === 'guestActive.used'),
  'the facts are the six that are stored': ({ context: { facts } }) =>
    same(Object.keys(facts).sort(), Object.keys(NOTHING).sort()),
  'a step is tried MAX_TRIES times at most': ({ context }) =>
    context.tries >= 0 && context.tries <= MAX_TRIES,
  'a wait before another try lasts a minute at most': (state) => {
    const wait = authDelays.backoff(state);
    return !isBackoff(state) || (wait > 0 && wait <= 60_000);
  },
  'every wait for an actor has an end in time': (state) =>
    invokesOf(state).length === 0 ||
    timersOf(state).some(({ delay }) => /Timeout$/.test(delay) && Number.isFinite(nominal(delay, state))),
  'a failure has a known code and only known fields': ({ context: { failure: why } }) =>
    why === null ||
    (isKnownCode(why.code) && Object.keys(why).every((field) => known(FAILURE_FIELDS, field))),
  'no secret shows in the snapshot or in the view': (state) =>
    !JSON.stringify([state.value, state.context, toView(state)]).includes(SENTINEL),
  'a cancel ends every login at once': (state) =>
    !isPendingForUser(state) || isSettled(send(state, 'login.cancel')),
  'a cancel elsewhere is ignored': (state) =>
    isPendingForUser(state) || keyOf(send(state, 'login.cancel')) === keyOf(state),
  'a session can be adopted exactly where nobody is signed in and nothing is under way': (state) =>
    send(state, 'session.adopt').matches('adoptionRequested') ===
    (state.matches('idle') || state.matches('guestActive') || state.matches('adoptionRequested')),
  'a failed adoption is not retried: what the app had kept is gone from the vault': (state) =>
    !isSettled(state) || !send(state, 'retry').matches('adoptionRequested'),
  'a carry-over is known only while somebody is signed in': (state) =>
    state.context.carryOver === null || state.matches('sessionActive'),
  'ratings are carried over only while there is a guest and a session': (state) =>
    !isCarrying(state) || (state.context.facts.session !== null && state.context.carryOver !== null),
  'a logout leaves nothing, as soon as the record was read': (state) =>
    state.matches('restoring') || same(send(state, 'logout').context.facts, NOTHING),
  'a logout ends where nobody is signed in': (state) =>
    ['restoring', 'idle', 'loggingOut'].some((name) => send(state, 'logout').matches(name as 'idle')),
  'view.can says what really happens': (state) => {
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
  'view shows the facts and no more': (state) => {
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
  'a restart before anything expires leads to the same place, and loses no fact': (state) =>
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
/** A login came to its end without a session, by itself or by a cancel. */
const endsUnhappily = (taken: Step) =>
  isLogin(taken.before) &&
  isSettled(taken.after) &&
  !taken.after.context.facts.session &&
  taken.event.type !== 'logout' &&
  !isRecord(taken);

/** What must be true of every transition that changes anything, by name. */
export const inEveryChange: Record<string, (taken: Step) => boolean> = {
  'only an event that is accepted changes anything': ({ before, event }) => before.can(event as never),
  'only an event that an active state names changes anything': ({ before, event }) =>
    before._nodes.some((node) => node.transitions.has(event.type as never)),
  'an unhappy end of a login says why': (taken) =>
    !endsUnhappily(taken) || taken.after.context.failure !== null,
  'an unhappy end of a login leads a guest back to guestActive': (taken) =>
    !endsUnhappily(taken) ||
    (same(taken.before.context.facts.guest, taken.after.context.facts.guest) &&
      taken.after.matches('guestActive') === (taken.before.context.facts.guest !== null)),
  'a session ends only by logout, its age, the record, or a 401/3': (taken) =>
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
  'a session is adopted only with its account, and leaves the guest as they were': (taken) =>
    !isAnswerOf(taken, 'adoptSession') ||
    (taken.after.matches({ sessionActive: 'ready' }) &&
      taken.after.context.facts.account !== null &&
      same(taken.before.context.facts.guest, taken.after.context.facts.guest)),
  'a guest ends only by logout, its end, the record, a 401/3, or when its ratings are carried over': (
    taken,
  ) =>
    !gone(taken, 'guest') ||
    ['logout', 'guest.rejected'].includes(taken.event.type) ||
    isTimer(taken.event, 'guestLifetime', 'guestUnusedLifetime', 'sessionMaxAge') ||
    isAnswerOf(taken, 'carryOver') ||
    codeOf(taken.event) === 'guest_gone' ||
    isRecord(taken),
  'a logout under way is finished, whatever else is heard': ({ before, after }) =>
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
/** The names of the rules that do not hold. */
export const brokenInState = breaches(inEveryState);
export const brokenByChange = breaches(inEveryChange);
