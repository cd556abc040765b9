import { expect, test } from 'vitest';
import { createVault } from '../../src/record/vault.ts';

test('a secret can be read many times, but taken once', () => {
  const vault = createVault();
  vault.put({ sessionId: 's', guestId: 'g' });
  expect([vault.read('sessionId'), vault.read('sessionId')]).toEqual(['s', 's']);
  expect([vault.take('sessionId'), vault.take('sessionId')]).toEqual(['s', null]);
  expect(vault.read('guestId')).toBe('g');
});

test('commit() stores nothing once its signal has aborted, and throws the reason', () => {
  const vault = createVault();
  const leaving = new AbortController();
  vault.commit(leaving.signal, { sessionId: 'in time' });
  leaving.abort(new Error('left'));
  expect(() => vault.commit(leaving.signal, { sessionId: 'too late' })).toThrow('left');
  expect(vault.read('sessionId')).toBe('in time');
});

test('forget() removes every secret', () => {
  const vault = createVault();
  vault.put({ sessionId: 's', requestToken: 't', login: { username: 'ann', password: 'x' } });
  vault.forget();
  for (const name of ['sessionId', 'requestToken', 'login'] as const) expect(vault.read(name)).toBeNull();
});

test('no secret of a vault appears in a log', () => {
  const vault = createVault();
  vault.put({ sessionId: 'SECRET' });
  expect(JSON.stringify(vault)).not.toContain('SECRET');
});
