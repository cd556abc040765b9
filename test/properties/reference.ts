/**
 * The possible next states of the view, written by hand and independently of the machine. `-` stands for a new client
 * on the same storage.
 */
const MAY_FOLLOW: Record<string, string> = {
  '-': 'restoring',
  restoring: 'idle tokenRequested awaitingApproval sessionRequested sessionActive guestActive',
  idle: 'idle tokenRequested adoptionRequested guestRequested sessionRequested awaitingApproval sessionActive guestActive restoring',
  tokenRequested: 'tokenRequested awaitingApproval loginSubmitted idle guestActive',
  awaitingApproval: 'awaitingApproval sessionRequested sessionActive idle guestActive',
  loginSubmitted: 'sessionRequested idle guestActive',
  adoptionRequested: 'adoptionRequested sessionActive idle guestActive',
  sessionRequested: 'sessionRequested sessionActive idle guestActive',
  sessionActive: 'sessionActive loggingOut idle guestActive',
  loggingOut: 'idle',
  guestRequested: 'guestRequested guestActive idle',
  guestActive: 'guestActive tokenRequested adoptionRequested sessionRequested idle',
};

/** Possible next parts within a compound state. States not named here may show any part next. */
const WITHIN: Record<string, string> = {
  'sessionRequested.exchanging': 'converting backoff',
  'sessionRequested.converting': 'backoff',
  'sessionRequested.backoff': 'exchanging converting',
  'sessionActive.accountRequested': 'ready',
  'sessionActive.ready': 'accountRequested verifying carryingOver',
  'sessionActive.verifying': 'ready',
  'sessionActive.carryingOver': 'ready',
  'awaitingApproval.waiting': 'checking',
  'awaitingApproval.checking': 'waiting',
  'adoptionRequested.trying': 'backoff',
  'adoptionRequested.backoff': 'trying',
  'guestActive.unused': 'used',
  'guestActive.used': '',
};

const top = (state: string) => state.split('.')[0] ?? '';
const part = (state: string) => state.split('.')[1] ?? '';

const mayFollowWithin = (from: string, to: string) => WITHIN[from]?.split(' ').includes(part(to)) ?? true;

/** A state may also show again with other details: for example, a guest rates a film during a login. */
export const mayFollow = (from: string, to: string) =>
  from === to ||
  ((MAY_FOLLOW[top(from)] ?? '').split(' ').includes(top(to)) &&
    (top(from) !== top(to) || mayFollowWithin(from, to)));

const MAY_HEAR = ['tokenRequested', 'adoptionRequested', 'guestRequested'];
const TO_BE_FOUND = ['idle', 'awaitingApproval', 'sessionRequested', 'sessionActive', 'guestActive'];

/** Another client on the same storage may have caused any state that a record can hold. */
export const mayBeAdopted = (from: string, to: string) =>
  [...TO_BE_FOUND, ...MAY_HEAR].includes(top(from)) && TO_BE_FOUND.includes(top(to));
