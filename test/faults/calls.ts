import { type AdoptOptions, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { APP, callback, tokenIn } from '../support/approval.ts';

/** How long an app waits for its own request, in ms. */
export const PATIENCE = 20_000;

const rate = async (auth: TmdbAuth, media: string, value: number, signal?: AbortSignal) => {
  const answer = await auth.fetch(`/3/${media}/rating`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value }),
    ...(signal && { signal }),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
};

const KEPT = new WeakMap<TmdbAuth, AdoptOptions>();
/** The session or access token that the app has stored before, for the call `adopt`. */
export const keepFor = (auth: TmdbAuth, kept: AdoptOptions) => void KEPT.set(auth, kept);

/** The calls of an app, by name: the same in this process and in one that is killed. */
export const CALLS = {
  /** Waits until the stored record is read. */
  begin: (auth) => auth.cancel(),
  login: (auth) => auth.login({ redirectTo: APP }),
  comeBack: (auth) => auth.handleCallback(callback(auth.approvalUrl ? tokenIn(auth.approvalUrl) : 'none')),
  password: (auth) => auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }),
  adopt: (auth) => auth.adoptSession(KEPT.get(auth) ?? { sessionId: '' }),
  guest: (auth) => auth.loginAsGuest(),
  rate: (auth, signal?: AbortSignal) => rate(auth, 'movie/550', 8, signal),
  rateAnother: (auth) => rate(auth, 'movie/603', 9),
  verify: (auth) => auth.verify(),
  async carry(auth) {
    const { failed } = await auth.carryOverGuestRatings();
    if (failed[0]) throw new Error(`left: ${failed[0].code}`);
  },
  logout: (auth) => auth.logout(),
  cancel: (auth) => auth.cancel(),
  retry: (auth) => auth.retry(),
} as const satisfies Record<string, (auth: TmdbAuth, signal?: AbortSignal) => Promise<unknown>>;

export type CallName = keyof typeof CALLS;

/**
 * The code of a rejected call: one of our codes, TMDB’s status for an app’s own request, or the reason why a rating
 * was not carried over.
 */
export function codeOf(error: unknown): string {
  if (TmdbAuthError.is(error)) return error.code;
  if (error instanceof Error && /^(HTTP|left:) /.test(error.message)) return error.message;
  throw error;
}
