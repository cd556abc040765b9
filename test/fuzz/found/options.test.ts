import { expect, test } from 'vitest';
import { settingsOf } from '../../../src/options.ts';
import { restateSettingsOf } from '../../../src/platforms/restate/options.ts';
import { serverSettingsOf } from '../../../src/platforms/server/options.ts';
import { jwt } from '../../support/answers.ts';

const JWT = jwt({ aud: 'x' });
const FAIR = {
  credentials: { accessToken: JWT },
  origin: 'https://films.example',
  secrets: ['a-secret-of-this-test-that-is-long-enough'],
};

test.each([
  { accessToken: [JWT] },
  { accessToken: Symbol('x') },
  { accessToken: { toString: (): string => JWT } },
  { apiKey: Object.create(null) },
])('credentials that are no string are refused, even if they convert to one: %o', (credentials) => {
  expect(() => settingsOf({ credentials } as never)).toThrow(
    expect.objectContaining({ code: 'invalid_credentials' }),
  );
});

test.each([
  { origin: { toString: 1 } },
  { sessionMaxAge: { toString: 1 } },
  { basePath: ['/auth'] },
  { cookieName: ['x'] },
])('a server option of the wrong type is named: %o', (option) => {
  const [name = ''] = Object.keys(option);
  expect(() => serverSettingsOf({ ...FAIR, ...option } as never)).toThrow(`tmdb-auth: ${name}`);
});

test.each([{ keepFor: { toString: 1 } }, { keepFor: '60000' }, { name: null }, { name: ['SignIn'] }])(
  'a Restate option of the wrong type is named: %o',
  (option) => {
    const [name = ''] = Object.keys(option);
    expect(() => restateSettingsOf({ ...FAIR, ...option } as never)).toThrow(`tmdb-auth: ${name}`);
  },
);
