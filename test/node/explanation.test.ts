/** The reason why TMDB could not be reached, from the errors of Node and undici. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryStorage } from '../../src/index.ts';
import { explaining, explanation } from '../../src/platforms/node/explaining.ts';
import { createNodeAuth } from '../../src/platforms/node/index.ts';

const TMDB = 'https://api.themoviedb.org';
const SECRET = '0123456789abcdef0123456789abcdef';

/** An error as `fetch` throws it: the reason is the cause of a general error. */
const failed = (cause: object) =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(SECRET), cause) });

afterEach(() => vi.unstubAllEnvs());

describe('an explanation', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1'])(
    'of a name blocked by resolving to %s names the block, and another name of TMDB',
    (address) => {
      const message = explanation(failed({ code: 'ECONNREFUSED', address }), TMDB);
      expect(message).toContain('the name api.themoviedb.org resolves to this machine (ECONNREFUSED)');
      expect(message).toContain('TMDB_BASE_URL (the option baseURL) to https://api.tmdb.org');
    },
  );

  test('of a refusal elsewhere names no block', () => {
    const message = explanation(failed({ code: 'ECONNREFUSED', address: '18.1.2.3' }), TMDB);
    expect(message).toBe(
      'TMDB could not be reached: api.themoviedb.org refused the connection (ECONNREFUSED).',
    );
  });

  test('of several addresses is that of the first', () => {
    const errors = ['::1', '127.0.0.1'].map((address) =>
      Object.assign(new Error(), { code: 'ECONNREFUSED', address }),
    );
    const cause = { code: 'ECONNREFUSED', errors };
    expect(explanation(failed(cause), TMDB)).toContain('resolves to this machine');
  });

  test.each([
    ['ENOTFOUND', /does not resolve|offline/],
    ['EAI_AGAIN', /does not resolve|offline/],
    ['ENETUNREACH', /no route to|offline/],
    ['ECONNRESET', /was cut/],
    ['UND_ERR_SOCKET', /was cut/],
    ['UND_ERR_CONNECT_TIMEOUT', /did not answer in time/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /date of this machine/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host answered/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /without TLS/],
    ['EWHATEVER', /failed \(EWHATEVER\)/],
  ])('of %s has the code and the host, and nothing else of the error', (code, says) => {
    const message = explanation(failed({ code }), TMDB);
    expect(message).toMatch(says);
    expect(message).toContain(`(${code})`);
    expect(message).not.toContain(SECRET);
  });

  test.each([
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['a code that is none of Node', failed({ code: SECRET })],
    ['an error without a code', new TypeError('fetch failed')],
    ['no error', undefined],
  ])('of %s is null, and the error stays unchanged', async (_, error) => {
    expect(explanation(error, TMDB)).toBeNull();
    const thrown = await explaining(async () => Promise.reject(error))(TMDB).catch((reason) => reason);
    expect(thrown).toBe(error);
  });

  test.each([
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://p' }, TMDB, true],
    ['HTTP_PROXY, which is for http alone', { HTTP_PROXY: 'http://p' }, TMDB, false],
    ['HTTP_PROXY for http', { HTTP_PROXY: 'http://p' }, 'http://localhost:1', true],
    ['an empty HTTPS_PROXY', { HTTPS_PROXY: '  ' }, TMDB, false],
    ['NO_PROXY for the host', { HTTPS_PROXY: 'http://p', NO_PROXY: '.themoviedb.org' }, TMDB, false],
    ['NO_PROXY for another host', { HTTPS_PROXY: 'http://p', NO_PROXY: 'moviedb.org' }, TMDB, true],
    ['NO_PROXY for all', { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, TMDB, false],
  ])('with %s in the environment names the proxy if it applies', (_, env, baseURL, isNamed) => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
      vi.stubEnv(name, undefined);
      vi.stubEnv(name.toLowerCase(), undefined);
    }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(explanation(failed({ code: 'ECONNRESET' }), baseURL)?.includes('_PROXY names a proxy')).toBe(
      isNamed,
    );
  });
});

test('the app’s own requests reject with such an explanation as well', async () => {
  vi.stubEnv('HTTPS_PROXY', undefined);
  vi.stubEnv('https_proxy', undefined);
  vi.stubGlobal('fetch', async () => {
    throw failed({ code: 'ECONNRESET' });
  });
  try {
    using auth = createNodeAuth({
      credentials: { apiKey: SECRET },
      browser: false,
      storage: memoryStorage(),
    });
    await expect(auth.fetch('/3/movie/550')).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('was cut (ECONNRESET)'),
    });
  } finally {
    vi.unstubAllGlobals();
  }
});
