import type { AuthView } from '../../../machines/index.ts';

/** The same views as the machine's, repeated here for fewer bytes; a test compares them. */
const viewOf = (state: string, status: AuthView['status'], isFree: boolean): AuthView => ({
  state,
  status,
  account: null,
  guest: null,
  expiresAt: null,
  carryOver: null,
  failure: null,
  can: { login: isFree, loginAsGuest: isFree, cancel: false, retry: false, logout: false },
});

export const RESTORING = viewOf('restoring', 'pending', false);
export const SIGNED_OUT = viewOf('idle.fresh', 'signedOut', true);
