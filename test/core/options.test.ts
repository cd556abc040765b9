import { describe, expect, test } from 'vitest';
import { settingsOf, type TmdbAuthOptions } from '../../src/options.ts';
import { jwt } from '../support/answers.ts';

const KEY = '0123456789abcdef0123456789ABCDEF';
const JWT = jwt({ aud: 'x' });
const settings = (changed: Partial<Record<keyof TmdbAuthOptions, unknown>> = {}) =>
  settingsOf({ credentials: { apiKey: KEY }, ...changed } as TmdbAuthOptions);

describe('the default options', () => {
  test('name TMDB itself, and start nothing automatically', () => {
    expect(settings()).toMatchObject({
      apiVersion: 3,
      baseURL: 'https://api.themoviedb.org',
      webURL: 'https://www.themoviedb.org',
      storageKey: 'tmdb-auth',
      requestTimeout: 10_000,
      pollInterval: Number.POSITIVE_INFINITY,
      sessionMaxAge: Number.POSITIVE_INFINITY,
      navigator: undefined,
      channel: undefined,
    });
  });

  test('give another TMDB a record of its own', () => {
    const key = (baseURL: string) => settings({ baseURL }).storageKey;
    expect(key('https://api.tmdb.org')).toBe('tmdb-auth');
    expect(key('https://api.tmdb.org.test')).toBe('tmdb-auth-api.tmdb.org.test');
    expect(key('http://127.0.0.1:8080')).toBe('tmdb-auth-127.0.0.1-8080');
    expect(key('https://proxy.test')).not.toBe(key('https://other.test'));
    expect(key('https://api.themoviedb.org/')).toBe('tmdb-auth');
    expect(settings({ baseURL: 'https://proxy.test', storageKey: 'mine' }).storageKey).toBe('mine');
  });

  test('give each client a storage of its own', () => {
    expect(settings().storage).not.toBe(settings().storage);
  });
});

describe('the credentials option', () => {
  test.each([{ accessToken: JWT }, { apiKey: KEY }, { apiKey: KEY.toLowerCase() }])(
    'accepts %o',
    (credentials) => {
      expect(settings({ credentials }).credentials).toEqual(credentials);
    },
  );

  test('accepts an undefined neighbour, which an environment leaves behind', () => {
    expect(settings({ credentials: { accessToken: undefined, apiKey: KEY } }).credentials).toEqual({
      apiKey: KEY,
    });
    expect(settings({ credentials: { accessToken: JWT, apiKey: undefined } }).credentials).toEqual({
      accessToken: JWT,
    });
  });

  test.each<[string, unknown, string]>([
    ['a key as the token', { accessToken: KEY }, 'pass it as credentials.apiKey'],
    ['a token as the key', { apiKey: JWT }, 'pass it as credentials.accessToken'],
    ['both at once', { apiKey: KEY, accessToken: JWT }, 'not both'],
    ['an empty token', { accessToken: '' }, 'not a whole Read Access Token'],
    [
      'a JWT without a signature',
      { accessToken: 'eyJhbGciOiJIUzI1NiJ9.e30' },
      'not a whole Read Access Token',
    ],
    ['a number as the token', { accessToken: 42 }, 'not a whole Read Access Token'],
    ['null as the token', { accessToken: null }, 'not a whole Read Access Token'],
    ['a key of 31 digits', { apiKey: KEY.slice(1) }, 'not an API key'],
    ['a key of 33 digits', { apiKey: `${KEY}0` }, 'not an API key'],
    ['a key that is not hexadecimal', { apiKey: 'z'.repeat(32) }, 'not an API key'],
    ['a key with a line break', { apiKey: `${KEY}\n` }, 'not an API key'],
    ['an object with neither', {}, 'No application credentials'],
    ['undefined', undefined, 'No application credentials'],
    ['null', null, 'No application credentials'],
  ])('rejects %s with a message that says what to do', (_, credentials, message) => {
    expect(() => settings({ credentials })).toThrow(
      expect.objectContaining({ code: 'invalid_credentials', message: expect.stringContaining(message) }),
    );
  });
});

describe.each(['baseURL', 'webURL'] as const)('the %s option', (option) => {
  test.each([
    ['https://proxy.test', 'https://proxy.test'],
    ['https://proxy.test/', 'https://proxy.test'],
    ['https://proxy.test:8443', 'https://proxy.test:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1'],
    ['http://127.1:1', 'http://127.0.0.1:1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('accepts %s as %s', (value, origin) => {
    expect(settings({ [option]: value })[option]).toBe(origin);
  });

  test.each([
    'http://api.themoviedb.org',
    'http://192.168.1.5',
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test',
    'http://0.0.0.0:80',
    'ftp://localhost',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://api.themoviedb.org/3',
    'https://api.themoviedb.org/?x=1',
    'https://api.themoviedb.org/#x',
    'https://user:secret@api.themoviedb.org',
    'https://:secret@api.themoviedb.org',
    'api.themoviedb.org',
    '/3',
    '',
  ])('rejects %s and names the option', (value) => {
    expect(() => settings({ [option]: value })).toThrow(TypeError);
    expect(() => settings({ [option]: value })).toThrow(option);
    expect(() => settings({ [option]: value })).not.toThrow(/secret/);
  });
});

describe.each(['requestTimeout', 'pollInterval', 'sessionMaxAge'] as const)('the %s option', (option) => {
  test.each([1, 0.5, 10_000, 2 ** 40, Number.POSITIVE_INFINITY])('accepts %s ms', (ms) => {
    expect(settings({ [option]: ms })[option]).toBe(ms);
  });

  test.each([0, -1, Number.NaN, Number.NEGATIVE_INFINITY, '1000', null, {}].filter((each) => each !== null))(
    'rejects %s and names the option',
    (ms) => {
      expect(() => settings({ [option]: ms })).toThrow(
        new TypeError(`tmdb-auth: ${option} is a number of milliseconds above 0.`),
      );
    },
  );
});

test.each([5, 2, '3'])('the apiVersion option rejects %s and names itself', (apiVersion) => {
  expect(() => settings({ apiVersion })).toThrow(/apiVersion/);
});
