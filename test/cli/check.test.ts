import { describe, test } from 'vitest';
import { createStage } from '../node/processes.ts';
import { cutOff, onlyLine, run } from './run.ts';

const LIMIT = { timeout: 60_000 };
const KEY = '0123456789abcdef0123456789abcdef';
const CHECK = 'GET /3/authentication';

describe.concurrent('tmdb-auth check', LIMIT, () => {
  test.for(['access token', 'API key'])(
    'exits 0 for a good %s, and stores nothing',
    async (kind, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { accessToken, apiKey } = stage.tmdb;
      const env = kind === 'API key' ? { TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: apiKey } : {};
      const { code, stdout, stderr } = await run(context, stage, ['check'], env);
      expect([code, stdout, stderr]).toEqual([0, '✓ TMDB accepts this credential\n', '']);
      expect(stage.tmdb.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([CHECK]);
      expect(await stage.files()).toEqual([]);
      expect(stdout + stderr).not.toContain(kind === 'API key' ? apiKey : accessToken);
    },
  );

  test('prints one line with --json', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, ['check', '--json']);
    expect([code, stderr, onlyLine(stdout)]).toEqual([0, '', { valid: true }]);
  });

  test('exits 1 for a key TMDB does not know, and says where to get one', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const env = { TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: KEY };
    const { code, stdout, stderr } = await run(context, stage, ['check'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('TMDB does not know this API key');
    expect(stderr).toContain('(invalid_api_key)');
    expect(stderr).not.toContain(KEY);
  });

  test('exits 1 for a suspended key, and says so', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'status', code: 10, match: CHECK });
    const { code, stderr } = await run(context, stage, ['check']);
    expect(code).toBe(1);
    expect(stderr).toContain('TMDB has suspended this API key.');
    expect(stderr).toContain('(suspended_api_key)');
  });

  test('exits 1 offline, and says nothing about the key', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    cutOff(stage);
    const { code, stdout, stderr } = await run(context, stage, ['check', '--json']);
    expect([code, stderr]).toEqual([1, '']);
    expect(onlyLine(stdout)).toMatchObject({ failure: { code: 'network', retryable: true } });
  });

  test('gives up a TMDB that never answers', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: CHECK });
    const { code, stderr } = await run(context, stage, ['check']);
    expect(code).toBe(1);
    expect(stderr).toContain('(timeout)');
  });

  test('names the proxy that Node ignores when TMDB never answers', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: CHECK });
    const { code, stderr } = await run(context, stage, ['check'], { HTTP_PROXY: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(stderr).toContain('HTTP_PROXY names a proxy');
    expect(stderr).toContain('(timeout)');
  });
});
