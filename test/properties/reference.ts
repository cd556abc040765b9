/**
 * What may follow what, written by hand and apart from the machine: from the state named first, the view may next
 * show one of those behind it. `-` stands for a client made anew on the same storage.
 */
const MAY_FOLLOW: Record<string, string> = {
  '-': 'restoring',
  restoring: 'idle tokenRequested awaitingApproval sessionRequested sessionActive guestActive',
  idle: 'idle tokenRequested guestRequested sessionRequested awaitingApproval sessionActive guestActive restoring',
  tokenRequested: 'tokenRequested awaitingApproval loginSubmitted idle guestActive',
  awaitingApproval: 'awaitingApproval sessionRequested sessionActive idle guestActive',
  loginSubmitted: 'sessionRequested idle guestActive',
  sessionRequested: 'sessionRequested sessionActive idle guestActive',
  sessionActive: 'sessionActive loggingOut idle guestActive',
  loggingOut: 'idle',
  guestRequested: 'guestRequested guestActive idle',
  guestActive: 'guestActive tokenRequested sessionRequested idle',
};

const top = (state: string) => state.split('.')[0] ?? '';

/** A state may also show again with other details: a guest rates a film in the middle of a login, say. */
export const mayFollow = (from: string, to: string) =>
  from === to || (MAY_FOLLOW[top(from)] ?? '').split(' ').includes(top(to));
