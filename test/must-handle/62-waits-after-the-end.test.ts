// XState: `waitFor` and `toPromise` of a stopped actor never settle.
// Here: Every call of a disposed client rejects with `disposed`, and so does every call that was waiting.
import { expect, test } from 'vitest';
import { type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { codeOf, toApproval } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { createWorld } from '../support/world.ts';

type Asynchronous = {
  [Name in keyof TmdbAuth]: TmdbAuth[Name] extends (...given: never[]) => Promise<unknown> ? Name : never;
}[keyof TmdbAuth];
/** Methods that the second test calls, or that answer without waiting for the machine. */
type Others =
  | 'handleCallback'
  | 'retry'
  | 'loginWithPassword'
  | 'adoptSession'
  | 'carryOverGuestRatings'
  | 'prepare'
  | 'fetch'
  | 'api';
type Call = Exclude<Asynchronous, Others>;

const CALLS: Record<Call, true> = {
  login: true,
  loginAsGuest: true,
  verify: true,
  cancel: true,
  logout: true,
  validateCredentials: true,
};

test.each(Object.keys(CALLS) as Call[])(
  '%s() rejects after the client was disposed, and also while it waits',
  async (name) => {
    const world = await createWorld();
    const auth = world.client();
    const early = codeOf(world, auth[name]());
    auth.dispose();
    const late = codeOf(world, auth[name]());
    expect(await late).toBe('disposed');
    // A request that does not involve the machine finishes as usual.
    expect(await early).toBe(name === 'validateCredentials' ? 'resolved' : 'disposed');
  },
);

test('a return, a retry, a password, an adoption and a carry-over of ratings reject after dispose', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done } = await toApproval(world, auth);
  auth.dispose();
  expect(await codeOf(world, done)).toBe('disposed');
  expect(await codeOf(world, auth.handleCallback(callback('x'.repeat(40))))).toBe('disposed');
  expect(await codeOf(world, auth.retry())).toBe('disposed');
  expect(await codeOf(world, auth.loginWithPassword({ username: 'a', password: 'b' }))).toBe('disposed');
  expect(await codeOf(world, auth.adoptSession({ sessionId: 'a'.repeat(40) }))).toBe('disposed');
  const carried = await auth.carryOverGuestRatings().catch((error: unknown) => error);
  expect(TmdbAuthError.is(carried) && carried.code).toBe('disposed');
});
