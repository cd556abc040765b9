// amayer1983/docksentry#30, jef/streetmerchant#1059, psviderski/uncloud#393: A token came with a line break, quotes or "Bearer" around it, as it stands in files, in `docker --env-file` and in headers. It was refused without a reason.
// Here: The intended value is extracted from every variable. An empty variable hides no other one, and the error for an unusable value names its variable.
import { describe, test } from 'vitest';
import { type Env, resultOf } from '../cli/run.ts';
import { createStage, type Stage, startSource } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };

type Tmdb = Stage['tmdb'];

const PASTED: [string, (tmdb: Tmdb) => Env][] = [
  ['a token with a line break', ({ accessToken }) => ({ TMDB_ACCESS_TOKEN: `${accessToken}\n` })],
  ['a token with CR', ({ accessToken }) => ({ TMDB_ACCESS_TOKEN: `${accessToken}\r` })],
  ['a token in quotes', ({ accessToken }) => ({ TMDB_ACCESS_TOKEN: `"${accessToken}"` })],
  ['a token as a header', ({ accessToken }) => ({ TMDB_ACCESS_TOKEN: `Bearer ${accessToken}` })],
  [
    'a token with the variable before it',
    ({ accessToken }) => ({ TMDB_ACCESS_TOKEN: `TMDB_ACCESS_TOKEN="${accessToken}"` }),
  ],
  ['a key in quotes', ({ apiKey }) => ({ TMDB_API_KEY: `'${apiKey}'\n` })],
  ['a key beside an empty token', ({ apiKey }) => ({ TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: apiKey })],
  ['a key beside a blank token', ({ apiKey }) => ({ TMDB_ACCESS_TOKEN: ' \n', TMDB_API_KEY: apiKey })],
  [
    'an address with a slash and a line break',
    ({ apiKey, baseURL }) => ({ TMDB_API_KEY: apiKey, TMDB_BASE_URL: `"${baseURL}/"\r\n` }),
  ],
];

describe.concurrent('a pasted credential', LIMIT, () => {
  test.for(PASTED)('check accepts %s', async ([, env], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { baseURL, webURL } = stage.tmdb;
    const given = {
      HOME: stage.folder,
      TMDB_BASE_URL: baseURL,
      TMDB_WEB_URL: `${webURL}/`,
      ...env(stage.tmdb),
    };
    const { code, stderr } = await resultOf(startSource(context, 'src/tools/cli/main.ts', ['check'], given));
    expect([code, stderr]).toEqual([0, '']);
    expect(stage.asked('GET /3/authentication')).toBe(1);
  });

  test.for<[string, Env]>([
    ['TMDB_ACCESS_TOKEN is not a whole Read Access Token', { TMDB_ACCESS_TOKEN: '"hunter2"' }],
    ['TMDB_API_KEY is not an API key', { TMDB_API_KEY: 'Bearer hunter2' }],
  ])('check reports that %s, without showing the value', async ([says, env], context) => {
    const { expect } = context;
    const { code, stderr } = await resultOf(
      startSource(context, 'src/tools/cli/main.ts', ['check'], { HOME: '/nonexistent', ...env }),
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(stderr).not.toContain('hunter2');
  });
});
