import assert from 'node:assert/strict';
import fc from 'fast-check';
import { callbackIn, markedAsReturn, withoutCallback } from '../../../src/platforms/browser/address.ts';
import { messageOf } from '../../../src/platforms/browser/tabs.ts';
import { approvalUrl, parseCallback } from '../../../src/tmdb/approval.ts';
import { junk, mutated, spoilt } from '../garbage.ts';
import { hasOnly, type Parser, parser, SENTINEL } from '../parser.ts';

const names = fc.constantFrom(
  'request_token',
  'approved',
  'denied',
  'tmdb_auth',
  'request%5Ftoken',
  'REQUEST_TOKEN',
  'request_token[]',
  'approved%00',
  '+approved',
  'returnTo',
  'q',
  '',
  '%',
  '__proto__',
);
const values = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    'returned',
    SENTINEL,
    '',
    '%',
    '%ff',
    '%74rue',
    'a+b',
    'true%00',
    '%F0%9F',
  ),
  fc.string({ unit: 'binary' }),
);
export const queries = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.tuple(names, values).map((pair) => pair.join('=')) },
      fc.constant(`request_token=${SENTINEL}`),
      fc.constantFrom('approved=true', 'denied=true', 'tmdb_auth=returned'),
      names,
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join('&'));

const places = fc.constantFrom(
  '/',
  '/films/',
  'http://localhost/cb',
  'https://app.test',
  'myapp://cb',
  'http://[',
  '//',
  'http://a:b@c/',
  '\\\\evil',
  '',
);
const hashes = fc.constantFrom('', '#', '#top', `#request_token=${SENTINEL}&approved=true`, '?');
export const returns = spoilt(
  fc.tuple(places, queries, hashes).map(([place, query, hash]) => `${place}?${query}${hash}`),
);

/** Addresses like a browser's `location.href`. */
const pages = returns.map((text) =>
  URL.canParse(text, 'https://app.test/x') ? new URL(text, 'https://app.test/x').href : 'https://app.test/',
);

export const addresses: Parser[] = [
  parser({
    name: 'return: a callback’s address',
    weight: 3,
    input: fc.oneof({ weight: 8, arbitrary: returns }, junk as fc.Arbitrary<string>),
    run: parseCallback,
    judge(callback) {
      hasOnly(callback, ['requestToken', 'approved']);
      assert.ok(typeof callback.requestToken === 'string' && callback.requestToken !== '');
      assert.equal(typeof callback.approved, 'boolean');
    },
  }),
  parser({
    name: 'return: the approval page',
    input: fc.record({
      requestToken: spoilt(fc.constant(SENTINEL)).filter((token) => !/^(\.\.?)?$/.test(token)),
      redirectTo: returns,
      apiVersion: fc.constantFrom<(3 | 4)[]>(3, 4),
    }),
    run: approvalUrl,
    judge(address, { apiVersion }) {
      const { origin, pathname, hash, searchParams } = new URL(address);
      assert.equal(origin, 'https://www.themoviedb.org');
      assert.match(pathname, apiVersion === 4 ? /^\/auth\/access$/ : /^\/authenticate\/[^/]+$/);
      assert.equal(hash, '');
      assert.ok(
        [...searchParams.keys()].every(
          (name) => name === (apiVersion === 4 ? 'request_token' : 'redirect_to'),
        ),
      );
    },
  }),
  parser({
    name: 'return: a page’s own address',
    weight: 2,
    input: pages,
    run: (page) => ({
      clean: withoutCallback(page),
      marked: markedAsReturn(page),
      callback: callbackIn(page),
    }),
    judge({ clean, marked, callback }, page) {
      const [before, after] = [new URL(page), new URL(clean)];
      assert.deepEqual([after.host, after.pathname, after.hash], [before.host, before.pathname, before.hash]);
      assert.equal(callbackIn(clean), null, 'cleaned, it is a return still');
      assert.equal(withoutCallback(clean), clean);
      assert.equal(callbackIn(marked), marked);
      assert.ok(callback === null || callback === page);
      assert.ok(clean === page || callback !== null || clean.length < page.length);
    },
  }),
  parser({
    name: 'return: messages between tabs',
    weight: 2,
    input: fc.oneof(
      { weight: 3, arbitrary: mutated(fc.tuple(pages).map(([url]) => ({ type: 'callback', url }))) },
      mutated(fc.constantFrom({ type: 'changed' }, { type: 'taken' })),
      returns.map((url) => ({ type: 'callback', url })),
      junk,
    ),
    run: messageOf,
    judge(message) {
      if (!message) return;
      hasOnly(message, message.type === 'callback' ? ['type', 'url'] : ['type']);
      assert.ok(['changed', 'taken', 'callback'].includes(message.type));
      if (message.type === 'callback') assert.match(new URL(message.url).protocol, /^https?:$/);
    },
  }),
];
