import assert from 'node:assert/strict';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { settingsOf, type TmdbAuthOptions } from '../../../src/options.ts';
import { restateSettingsOf } from '../../../src/platforms/restate/options.ts';
import { serverSettingsOf } from '../../../src/platforms/server/options.ts';
import { portOf, viewerOf } from '../../../src/tools/cli/values.ts';
import { jwt } from '../../support/answers.ts';
import { bytes, junk, mutated, spoilt } from '../garbage.ts';
import { isTyped, isWrongOption, type Parser, parser, SENTINEL } from '../parser.ts';

const JWT = jwt({ aud: 'x' }, SENTINEL);
const KEY = '0123456789abcdef0123456789ABCDEF';
const secrets = fc.oneof(
  fc.constantFrom(
    JWT,
    KEY,
    SENTINEL,
    ` ${JWT}`,
    `${JWT}\n`,
    `${JWT}.x.y`,
    'eyJ'.repeat(20_000),
    `eyJ${'-'.repeat(50_000)}.`,
  ),
  spoilt(fc.constantFrom(JWT, KEY)),
  junk,
);
const credentials = fc.oneof(
  { weight: 6, arbitrary: fc.record({ accessToken: secrets, apiKey: secrets }, { requiredKeys: [] }) },
  mutated(fc.constant({ accessToken: JWT })),
  fc.constantFrom<unknown[]>(
    { accessToken: [JWT] },
    { apiKey: { toString: () => KEY } },
    { accessToken: Symbol('x') },
    { apiKey: Object.create(null) },
  ),
  junk,
);

const addresses = spoilt(
  fc
    .tuple(
      fc.constantFrom('https://', 'http://', 'ftp://', '//', 'https:', 'javascript:', ''),
      fc.constantFrom(
        'api.themoviedb.org',
        '127.0.0.1:80',
        'localhost',
        `user:${SENTINEL}@x.test`,
        '[::1]',
        '127.0.0.1.evil.example',
        '0x7f.1',
        'bücher.test',
      ),
      fc.constantFrom('', '/', '/3', `/?api_key=${SENTINEL}`, `#${SENTINEL}`),
    )
    .map((parts) => parts.join('')),
);
const numbers = fc.oneof(
  fc.constantFrom<unknown[]>(1, 10_000, Number.POSITIVE_INFINITY, Number.NaN, -0, -1),
  junk,
);

const FAIR = { credentials: { accessToken: JWT } };
const FAIR_SITE = { ...FAIR, origin: 'https://films.example', secrets: ['x'.repeat(32)] };

export const options: Parser[] = [
  parser({
    name: 'options: credentials',
    weight: 2,
    input: credentials,
    run: (given) => settingsOf({ credentials: given } as TmdbAuthOptions).credentials,
    judge(found) {
      const [[name, secret] = []] = Object.entries(found);
      assert.match(secret as string, name === 'apiKey' ? /^[0-9a-f]{32}$/i : /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.equal(typeof secret, 'string');
      assert.equal(Object.keys(found).length, 1);
    },
    mayThrow: isTyped,
  }),
  parser({
    name: 'options: everything else',
    input: fc.record(
      {
        baseURL: fc.oneof(addresses, junk),
        webURL: fc.oneof(addresses, junk),
        apiVersion: fc.constantFrom<unknown[]>(3, 4, '3', 5, null),
        requestTimeout: numbers,
        pollInterval: numbers,
        sessionMaxAge: numbers,
      },
      { requiredKeys: [] },
    ),
    run: (given) => settingsOf({ ...FAIR, ...given } as TmdbAuthOptions),
    judge({ baseURL, webURL, apiVersion, ...rest }) {
      for (const address of [baseURL, webURL]) assert.equal(new URL(address).origin, address);
      assert.ok(apiVersion === 3 || apiVersion === 4);
      for (const ms of [rest.requestTimeout, rest.pollInterval, rest.sessionMaxAge]) assert.ok(ms > 0);
    },
    mayThrow: isWrongOption,
  }),
  parser({
    name: 'options: of the server',
    input: fc.record(
      {
        origin: fc.oneof(addresses, junk),
        basePath: fc.oneof(spoilt(fc.constantFrom('/auth', '/a/b', '/')), fc.constant(['/auth']), junk),
        cookieName: fc.oneof(spoilt(fc.constant('tmdb-auth')), junk),
        returnTo: fc.oneof(addresses, spoilt(fc.constant('/films'))),
        returnOrigins: fc.oneof(fc.array(addresses, { maxLength: 2 })),
        maxBody: numbers,
        deadline: numbers,
        sessionMaxAge: numbers,
      },
      { requiredKeys: [] },
    ),
    run: (given) => serverSettingsOf({ ...FAIR_SITE, ...given } as never),
    judge({ origin, returnOrigins, basePath, cookieName }) {
      for (const each of [origin, ...returnOrigins]) assert.equal(new URL(each).origin, each);
      assert.match(basePath, /^\/[\w/-]+$/);
      assert.match(cookieName, /^[\w-]+$/);
    },
    mayThrow: isWrongOption,
  }),
  parser({
    name: 'options: of Restate',
    weight: 0.5,
    input: fc.record(
      { keepFor: numbers, name: fc.oneof(spoilt(fc.constant('TmdbSignIn')), junk) },
      { requiredKeys: [] },
    ),
    run: (given) => restateSettingsOf({ ...FAIR_SITE, ...given } as never),
    judge({ keepFor, names }) {
      assert.ok(keepFor > 0 && keepFor < 2 ** 31);
      assert.match(names.facade, /^\w+$/);
    },
    mayThrow: isWrongOption,
  }),
  parser({
    name: 'command: --port and --inspect',
    input: fc.oneof(
      addresses,
      spoilt(fc.constantFrom('0', '8790', '65535', '65536', '1e3', '0x50', ' 80', '+80', '٣')),
      bytes,
    ),
    run: (text) => [portOf, viewerOf].map((read) => attempt(() => read(text))),
    judge([port, viewer]) {
      assert.ok(
        port === null || (Number.isSafeInteger(port) && (port as number) >= 0 && (port as number) <= 65_535),
      );
      if (viewer !== null) assert.match(new URL(viewer as string).protocol, /^(http|ws)s?:$/);
    },
  }),
];

/** Null for an error that `commander` reports itself, with its exit code. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return null;
    throw error;
  }
}
