import type { AuthView } from './auth.view.ts';

const NOTHING_CAN = { login: false, loginAsGuest: false, cancel: false, retry: false, logout: false };

/** The first view of every client, and the only one that a server can know. */
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
