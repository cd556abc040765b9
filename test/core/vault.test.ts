import { expect, test } from 'vitest';
import { createVault } from '../../src/record/vault.ts';

test('a secret is read as often as one likes, and taken once', () => {
  const vault = createVault();
  vault.put({ sessionId: 's', guestId: 'g' });
  expect([vault.read('sessionId'), vault.read('sessionId')]).toEqual(['s', 's']);
  expect([vault.take('sessionId'), vault.take('sessionId')]).toEqual(['s', null]);
  expect(vault.read('guestId')).toBe('g');
});

test('whoever was left meanwhile brings nothing, and hears why', () => {
  const vault = createVault();
  const leaving = new AbortController();
  vault.commit(leaving.signal, { sessionId: 'in time' });
  leaving.abort(new Error('left'));
  expect(() => vault.commit(leaving.signal, { sessionId: 'too late' })).toThrow('left');
  expect(vault.read('sessionId')).toBe('in time');
});

test('what is forgotten is gone', () => {
  const vault = createVault();
  vault.put({ sessionId: 's', requestToken: 't', login: { username: 'ann', password: 'x' } });
  vault.forget();
  for (const name of ['sessionId', 'requestToken', 'login'] as const) expect(vault.read(name)).toBeNull();
});

test('nothing of it shows in a log', () => {
  const vault = createVault();
  vault.put({ sessionId: 'SECRET' });
  expect(JSON.stringify(vault)).not.toContain('SECRET');
});
