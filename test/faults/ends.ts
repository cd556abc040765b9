import type { FaultName } from './faults.ts';
import type { Helps } from './play.ts';

/** The expected end of a cell. */
export interface End {
  /** The state in which the client settles; `goal` is where the step leads when nothing goes wrong. */
  rests: string;
  /** The code that the call rejects with or the view shows; `its own` stands for that of the fault, below. */
  failure: string | null;
  /** The remedy, once TMDB (and, after a fault that passed, the storage) works again. */
  helps: Helps;
  /** The number of requests to TMDB after the fault, or the highest where the client polls at random intervals. */
  requests: number;
  /** Orphans at TMDB, made by a request whose answer was lost. */
  lost?: { sessions?: number; accessTokens?: number; guests?: number };
  /** A new client on the same storage does not find the present state. */
  forgotten?: true;
}

/** The failure code of each fault. */
export const ITS_OWN: Record<FaultName, string> = {
  dropBefore: 'network',
  dropAfter: 'network',
  slow: 'timeout',
  hangBefore: 'timeout',
  hangAfter: 'timeout',
  wait: 'rate_limited',
  tooMany: 'rate_limited',
  error500: 'unavailable',
  error503: 'unavailable',
  html200: 'bad_answer',
  html502: 'unavailable',
  garbage: 'bad_answer',
  truncated: 'bad_answer',
  ahead: 'token_expired',
  back: 'none',
  throws: 'storage_unavailable',
  hangs: 'storage_unavailable',
  full: 'storage_unavailable',
};

export type More = Partial<Pick<End, 'lost' | 'forgotten'>>;
/** Names of faults, separated by spaces, and the end of each. */
export type Cells = Record<string, End>;

export const goesOn = (requests: number, more: More = {}): End => ({
  rests: 'goal',
  failure: null,
  helps: 'nothing',
  requests,
  ...more,
});
/** It works, but the present state is not stored, */
export const warns = (requests: number, more: More = {}): End => ({
  ...goesOn(requests, more),
  failure: 'its own',
});
/** until the storage works again. */
export const stores = (requests: number, more: More = {}): End => ({
  ...warns(requests, more),
  helps: 'any call',
});
export const ends = (
  rests: string,
  failure: string | null,
  helps: Helps,
  requests: number,
  more: More = {},
): End => ({
  rests,
  failure,
  helps,
  requests,
  ...more,
});
export const fails = (requests: number, helps: Helps, more: More = {}) =>
  ends('idle.failed', 'its own', helps, requests, more);
export const stays = (requests: number, helps: Helps, more: More = {}) =>
  ends('sessionActive.ready', 'its own', helps, requests, more);
export const expires = (requests: number, more: More = {}) =>
  ends('idle.tokenExpired', 'token_expired', 'login', requests, more);
export const interrupted = (requests: number, more: More = {}) =>
  ends('idle.failed', 'exchange_interrupted', 'login', requests, more);
export const signedOut = (failure: string | null, requests: number, more: More = {}) =>
  ends('idle.loggedOut', failure, 'nothing', requests, more);
/** This rating is not carried over, the others are, and the guest is kept. */
export const left = (requests: number) =>
  ends('sessionActive.ready', 'left: its own', 'again', requests, GUEST);
export const refused = (code: string) => ends('guestActive.unused', code, 'again', 1);

export const SESSION = { lost: { sessions: 1 } };
export const ACCESS = { lost: { accessTokens: 1 } };
export const GUEST = { lost: { guests: 1 } };
export const FORGOTTEN = { forgotten: true } as const;
