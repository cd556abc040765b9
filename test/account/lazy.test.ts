import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import type { TmdbAuth } from '../../src/index.ts';
import { signedOut, user } from './helpers.ts';

/** A lazy client: a shell around the given one, and how often it was loaded. */
function shellOf(auth: TmdbAuth) {
  const { actor, ...rest } = auth;
  let loads = 0;
  const shell = {
    ...rest,
    async load() {
      loads += 1;
      return auth;
    },
  };
  Object.defineProperty(shell, 'actor', {
    get() {
      if (loads > 0) return actor;
      throw new Error('Not loaded');
    },
  });
  return { shell: shell as unknown as TmdbAuth, loads: () => loads };
}

test('a call of a lazy client’s account loads the engine once and notifies the other tabs', async () => {
  const told: unknown[] = [];
  const channel = {
    post() {},
    subscribe: () => () => {},
    tell: (message: unknown) => void told.push(message),
    onTold: () => () => {},
  };
  const { auth } = await user(3, { channel });
  const { shell, loads } = shellOf(auth);
  const my = accountOf(shell);
  await my.rate({ movie: 550 }, 8);
  expect(loads()).toBe(1);
  expect(told).toMatchObject([{ owner: 'user 548' }]);
});

test('the account of a signed-out client does not load the engine', async () => {
  const { auth } = await signedOut();
  const { shell, loads } = shellOf(auth);
  accountOf(shell);
  expect(loads()).toBe(0);
});
