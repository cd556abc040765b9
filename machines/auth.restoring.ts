import type { AuthView } from './auth.view.ts';

const NOTHING_CAN = { login: false, loginAsGuest: false, cancel: false, retry: false, logout: false };

/** The view every client begins with, and the only one a server can know. */
export const RESTORING: AuthView = {
  state: 'restoring',
  status: 'pending',
  account: null,
  guest: null,
  expiresAt: null,
  carryOver: null,
  failure: null,
  can: NOTHING_CAN,
};
