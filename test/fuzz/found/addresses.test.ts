import { expect, test } from 'vitest';
import { callbackIn, withoutCallback } from '../../../src/platforms/browser/address.ts';
import { messageOf } from '../../../src/platforms/browser/tabs.ts';
import { createRestateClient } from '../../../src/platforms/restate/client.ts';
import { parseCallback } from '../../../src/tmdb/approval.ts';

test.each(['https://app.test/??', 'https://app.test/??a=1', 'https://app.test/?&&a&&'])(
  'an app’s own query of %s stays unchanged',
  (address) => {
    expect(withoutCallback(address)).toBe(address);
  },
);

test('a return with percent-encoded names is cleaned like any other', () => {
  const address = 'https://app.test/?q=1&request%5Ftoken=abc&%61pproved=true';
  expect(callbackIn(address)).toBe(address);
  expect(withoutCallback(address)).toBe('https://app.test/?q=1');
});

test.each([
  null,
  undefined,
  5,
  'changed',
  {},
  { type: 'callback' },
  { type: 'callback', url: 'http://[' },
  { type: 'callback', url: 'javascript:alert(1)' },
  { type: 'callback', url: { href: 'https://app.test/' } },
])('a message from an unrelated script of the origin is ignored: %o', (data) => {
  expect(messageOf(data)).toBeNull();
});

test('Restate rejects an invalid address with `callback_invalid` and does not quote it', async () => {
  const client = createRestateClient({
    ingressURL: 'http://127.0.0.1:1',
    secrets: ['a-secret-of-this-test-that-is-long-enough'],
  });
  const error: unknown = await client.callback('id', 'http://[?request_token=abc').catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'callback_invalid' });
  expect(JSON.stringify(error) + Object.values(error as object)).not.toContain('abc');
});

test.each([
  null,
  undefined,
  5,
  Symbol('back'),
  Object.create(null),
  { toString: 1 },
  { href: 1 },
  { href: { toString: 1 } },
])('a return that is neither a string nor a `URL` is `callback_invalid`: %o', (given) => {
  expect(() => parseCallback(given as string)).toThrow(expect.objectContaining({ code: 'callback_invalid' }));
});
