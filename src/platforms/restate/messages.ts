import type { Account, AuthView } from '../../../machines/index.ts';

/** Messages between the client and the public service. All are sealed in transit. */

/**
 * The sign-in's id and secret, and the time of the request (epoch ms). Only the device that began the sign-in knows
 * the secret.
 */
export interface Ask {
  at: number;
  id: string;
  secret: string;
}

export interface StartAsk extends Ask {
  /** Where TMDB sends the user back to, or null. */
  redirectTo: string | null;
}

export interface WaitAsk extends Ask {
  /** The state that the client has seen. */
  seen: string;
  /** In ms. */
  timeout: number;
}

export interface SendAsk extends Ask {
  event: string;
}

/** A return loads on another device, which knows the request token but not the secret. */
export interface CallbackAsk {
  at: number;
  id: string;
  /** Null in v4: the return has no parameters. */
  callback: { requestToken: string; approved: boolean } | null;
}

/** The current view of a sign-in. */
export interface SignInView extends AuthView {
  /** Where the user approves, or null. Contains the request token: show it only to the user. */
  approvalUrl: string | null;
}

/** The result of a finished sign-in. */
export interface SignedIn {
  /** As secret as a password: keep it on the device or on your server. */
  sessionId: string;
  /** The access token in v4, else null. */
  accessToken: string | null;
  /** Null if the request for it failed. */
  account: Account | null;
}

export type Handlers = {
  start: [StartAsk, SignInView];
  view: [Ask, SignInView];
  wait: [WaitAsk, SignInView];
  send: [SendAsk, SignInView];
  callback: [CallbackAsk, { matches: boolean }];
  collect: [Ask, SignedIn | null];
};

/** Maximum age of a request, in ms: the clocks of two machines differ. */
export const FRESH = 300_000;

/** Longest `wait`, in ms: proxies cut connections that are silent for a minute. */
export const LONGEST_WAIT = 45_000;

/** Events that a device may send. All others come from the machine's own actors and timers. */
export const PUBLIC_EVENTS = ['approval.check', 'login.cancel', 'retry', 'logout'] as const;
/** An event a device may send: ask TMDB now, cancel, retry, end a session that was not collected. */
export type PublicEvent = (typeof PUBLIC_EVENTS)[number];

/** HTTP status for an unknown sign-in. Restate answers 404 for an unknown service. */
export const GONE = 410;
