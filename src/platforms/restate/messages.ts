import type { Account, AuthView } from '../../../machines/index.ts';

/* What the client and the public service say to each other. All of it is sealed on its way. */

/** Who asks, and when (epoch ms). The secret of the sign-in is known to the device that began it. */
export interface Ask {
  at: number;
  id: string;
  secret: string;
}

export interface StartAsk extends Ask {
  /** Where TMDB leads the user back to, or null. */
  redirectTo: string | null;
}

export interface WaitAsk extends Ask {
  /** The state that is known already. */
  seen: string;
  /** In ms. */
  timeout: number;
}

export interface SendAsk extends Ask {
  event: string;
}

/** Whoever comes back from TMDB is on another device: the request token is all they know. */
export interface CallbackAsk {
  at: number;
  id: string;
  /** v4 says nothing on the way back. */
  callback: { requestToken: string; approved: boolean } | null;
}

/** How a sign-in stands. */
export interface SignInView extends AuthView {
  /** Where the user approves, or null. It contains the request token: show it to the user and to nobody else. */
  approvalUrl: string | null;
}

/** What a finished sign-in brought. */
export interface SignedIn {
  /** As good as a password: keep it on the device or on your server. */
  sessionId: string;
  /** v4's, or null. */
  accessToken: string | null;
  /** Null if TMDB could not be asked. */
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

/** How old a question may be, in ms: the clocks of two machines differ. */
export const FRESH = 300_000;

/** The longest one wait, in ms: proxies cut what is silent for a minute. */
export const LONGEST_WAIT = 45_000;

/** What a device may tell its sign-in. Everything else the machine hears from its own actors and timers. */
export const PUBLIC_EVENTS = ['approval.check', 'login.cancel', 'retry', 'logout'] as const;
/** An event a device may send: ask TMDB now, give up, try again, end a session not collected. */
export type PublicEvent = (typeof PUBLIC_EVENTS)[number];

/** The HTTP status for a sign-in that is not there. Restate itself says 404 for a service that is not there. */
export const GONE = 410;
