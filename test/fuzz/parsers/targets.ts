import assert from 'node:assert/strict';
import fc from 'fast-check';
import { landing, PROXY } from '../../../src/platforms/server/options.ts';
import { createAllowList } from '../../../src/platforms/server/proxy.ts';
import { spoilt } from '../garbage.ts';
import { type Parser, parser } from '../parser.ts';
import { returns } from './addresses.ts';

const SITE = {
  origin: 'https://films.example',
  returnOrigins: ['https://www.films.example'],
  client: { apiVersion: 3 as const },
};
const places = spoilt(
  fc
    .tuple(
      fc.constantFrom(
        '',
        '/',
        '//',
        '/\\',
        '\\/',
        'https:',
        'https://',
        'https:///',
        'http://',
        'blob:https://',
        'javascript:',
        'data:,',
        ' //',
        '\t/',
        '/\t/',
      ),
      fc.constantFrom(
        '',
        'films',
        'evil.example',
        'films.example',
        'films.example@evil.example',
        'www.films.example',
        'films.example.evil.example',
        'films.example:443',
        '..',
        '%2f%2fevil.example',
      ),
      fc.constantFrom('', '/', '?x', '#x', '\\@evil.example', ':80'),
    )
    .map((parts) => parts.join('')),
);

const segments = fc.constantFrom(
  '3',
  '4',
  'movie',
  '550',
  '..',
  '.',
  '%2e%2e',
  'authentication',
  'auth',
  'AUTH',
  'session',
  'new',
  'account',
  'rating',
  '',
  '\\',
  '%2f',
  'a?b',
  '\u0000',
  '*',
  '**',
);
const paths = spoilt(fc.array(segments, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`));

const isProxied = createAllowList(PROXY);

/** The addresses to which a request to our server wants to lead. */
export const targets: Parser[] = [
  parser({
    name: 'server: the address a user is sent to',
    weight: 2,
    input: fc.oneof(places, returns),
    run: (to) => landing(SITE, to),
    judge(address) {
      if (address === null) return;
      const url = new URL(address);
      assert.ok([SITE.origin, ...SITE.returnOrigins].includes(url.origin), address);
      assert.equal(url.href, address);
      assert.equal(url.username + url.password, '');
    },
  }),
  parser({
    name: 'server: the TMDB paths open to pages',
    weight: 2,
    input: fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'get', 'PATCH'),
      path: paths,
    }),
    run: ({ method, path }) => isProxied(method, path),
    judge(isAllowed, { path }) {
      if (!isAllowed) return;
      const url = new URL(path, 'https://api.themoviedb.org');
      assert.equal(url.href, `https://api.themoviedb.org${path}`, 'it is read as another address');
      assert.match(path, /^\/[34]\//);
      assert.doesNotMatch(path, /^\/(3\/authentication|4\/auth)(\/|$)/i);
    },
  }),
];
