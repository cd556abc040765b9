/** Values of environment variables as real tools hand them on. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hasBrowser } from '../../src/platforms/node/browser.ts';
import { createNodeAuth, optionsFromEnvironment } from '../../src/platforms/node/index.ts';
import { jwt } from '../support/answers.ts';
import { createWorld } from '../support/world.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const TOKEN = jwt({ aud: 'x' });
const NAMES = ['TMDB_ACCESS_TOKEN', 'TMDB_API_KEY', 'TMDB_BASE_URL', 'TMDB_WEB_URL'];

/** Sets just these of our variables. */
function set(values: Record<string, string | undefined>) {
  for (const name of NAMES) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}

afterEach(() => vi.unstubAllEnvs());

/** How a value arrives from a secret’s file, a form, a header, an `.env` file or a terminal. */
const PASTED: [string, (value: string) => string][] = [
  ['with a line break', (value) => `${value}\n`],
  ['with CR and LF', (value) => `${value}\r\n`],
  ['with spaces and tabs', (value) => ` \t${value}  `],
  ['with a byte order mark', (value) => `\uFEFF${value}`],
  ['in double quotes', (value) => `"${value}"`],
  ['in single quotes', (value) => `'${value}'`],
  ['in quotes of an editor', (value) => `“${value}”`],
  ['in quotes, with a line break in them', (value) => `"${value}\n"\n`],
  ['with an export before it', (value) => `export TMDB_THING="${value}"`],
  ['with the name before it', (value) => `TMDB_THING=${value}`],
  ['broken into lines', (value) => `${value.slice(0, 20)}\n  ${value.slice(20)}`],
];
const AS_HEADER: typeof PASTED = [
  ['with Bearer before it', (value) => `Bearer ${value}`],
  ['with bearer in quotes', (value) => `"bearer ${value}"`],
  ['as the whole header', (value) => `Authorization: Bearer ${value}`],
];

describe('the environment', () => {
  test.each([...PASTED, ...AS_HEADER])('gives the token when it is written %s', (_, paste) => {
    set({ TMDB_ACCESS_TOKEN: paste(TOKEN) });
    expect(optionsFromEnvironment()).toEqual({ credentials: { accessToken: TOKEN } });
  });

  test.each(PASTED)('gives the key when it is written %s', (_, paste) => {
    set({ TMDB_API_KEY: paste(KEY) });
    expect(optionsFromEnvironment()).toEqual({ credentials: { apiKey: KEY } });
  });

  test.each(PASTED)('gives the address when it is written %s', (_, paste) => {
    const baseURL = 'https://api.tmdb.example';
    const webURL = 'https://www.tmdb.example/';
    set({ TMDB_API_KEY: KEY, TMDB_BASE_URL: paste(baseURL), TMDB_WEB_URL: paste(webURL) });
    expect(optionsFromEnvironment()).toMatchObject({ baseURL, webURL });
  });

  test.each(['', ' ', '\n', '""', "''", '"\n"', 'TMDB_ACCESS_TOKEN='])(
    'gives a good key beside a token of %j',
    (empty) => {
      set({ TMDB_ACCESS_TOKEN: empty, TMDB_API_KEY: KEY, TMDB_BASE_URL: empty, TMDB_WEB_URL: empty });
      expect(optionsFromEnvironment()).toEqual({ credentials: { apiKey: KEY } });
    },
  );

  test.each([
    [{ TMDB_ACCESS_TOKEN: `"${KEY}"` }, 'TMDB_ACCESS_TOKEN holds an API key'],
    [{ TMDB_API_KEY: `Bearer ${TOKEN}` }, 'TMDB_API_KEY holds a Read Access Token'],
    [{ TMDB_ACCESS_TOKEN: '$TMDB_TOKEN' }, 'TMDB_ACCESS_TOKEN is not a whole Read Access Token'],
    [{ TMDB_API_KEY: KEY.slice(1) }, 'TMDB_API_KEY is not an API key'],
    [{ TMDB_ACCESS_TOKEN: ' ' }, 'Set TMDB_ACCESS_TOKEN (or TMDB_API_KEY)'],
  ])('rejects %j with the name of the variable', (values, says) => {
    set(values);
    expect(optionsFromEnvironment).toThrow(says);
  });

  test('gives the address when the option is undefined', async () => {
    const world = await createWorld();
    const { baseURL, webURL, accessToken } = world.tmdb;
    set({ TMDB_ACCESS_TOKEN: accessToken, TMDB_BASE_URL: `${baseURL}/`, TMDB_WEB_URL: webURL });
    const asked: string[] = [];
    const nothing = undefined as never;
    const auth = createNodeAuth({
      baseURL: nothing,
      webURL: nothing,
      credentials: nothing,
      pollInterval: nothing,
      folder: nothing,
      port: nothing,
      browser: false,
      storage: world.storage,
      fetch: (input, init) => {
        asked.push(new Request(input, init).url);
        return world.tmdb.fetch(input, init);
      },
      onApprovalUrl: (url) => asked.push(url),
    });
    const ended = auth.login().catch(() => {});
    await expect.poll(() => asked).toHaveLength(2);
    auth.dispose();
    await ended;
    expect(asked[0]).toMatch(baseURL);
    expect(asked[1]).toMatch(webURL);
  });
});

describe('a machine of continuous integration', () => {
  test.each([
    ['', true],
    ['false', true],
    ['0', true],
    ['"false"', true],
    ['True', false],
    ['1', false],
    ['woodpecker', false],
  ])('with CI=%j has a browser: %s', (CI, expected) => {
    vi.stubEnv('CI', CI);
    vi.stubEnv('SSH_CONNECTION', undefined);
    vi.stubEnv('DISPLAY', ':0');
    expect(hasBrowser()).toBe(expected);
  });
});
