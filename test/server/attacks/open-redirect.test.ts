import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { landing } from '../../../src/platforms/server/options.ts';
import { createSite, locationOf, ORIGIN, type Site } from '../site.ts';
import { begin, callbackWith, FROM_HERE, linkFromElsewhere, plain } from './support.ts';

const HOME = `${ORIGIN}/`;

/** Other origins, as browsers read them, and texts that are no web address at all. */
const ELSEWHERE: readonly string[] = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  ' //evil.example',
  '\u0000//evil.example',
  'https://evil.example',
  'https:\\\\evil.example',
  'https:/\\evil.example',
  'https:///evil.example',
  'HtTpS://evil.example',
  'h\tttps://evil.example',
  'http://films.example',
  'http:films.example',
  'http:evil.example',
  'ftp://films.example',
  'ws://films.example',
  'wss://films.example',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  'javascript://films.example/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'about:blank',
  'blob:https://films.example/9115d58c-bcda-ff47-86e5-083e9a215304',
  'filesystem:https://films.example/temporary/x',
  'view-source:https://films.example/',
  'films:auth',
  'https://films.example@evil.example',
  'https://films.example:pw@evil.example',
  'https://films.example%40evil.example',
  'https://films.example:443@evil.example',
  'https://user@films.example/',
  'https://user:pw@films.example/',
  '//user@films.example/',
  'https://films.example.evil.example',
  'https://films.example.',
  'https://films.examplé',
  'https://films。evil.example',
  'https://films.example:444',
  'https://films.example:8443/',
  'https://www.films.example/',
  'https://[::1]/',
  'https://evil.example\\@films.example',
  'https://evil.example#@films.example',
  'https://evil.example?films.example',
  'https://evil.example/films.example',
  'https://ｅvil.example',
  '//evil。example',
  '//evil%E3%80%82example',
  'https://',
  'https://films.example:99999/',
  `/${'x'.repeat(800)}`,
  `https://evil.example/${'x'.repeat(20_000)}`,
];

/** The final address for each way to pass a `returnTo`. */
async function landings(site: Site, returnTo: string): Promise<string[]> {
  const browser = site.browser();
  const query = `?returnTo=${encodeURIComponent(returnTo)}`;
  const byForm = await browser.submit('/auth/cancel', { returnTo });
  const byQuery = await browser.send(plain('POST', `/auth/cancel${query}`, FROM_HERE));
  const byCallback = await browser.follow(`${callbackWith('x')}&${query.slice(1)}`, linkFromElsewhere);
  // A return that belongs to another browser ends on a page, which leads on by a link.
  const [, link = ''] = /<a href="([^"]*)">Go to/.exec(await byCallback.text()) ?? [];
  return [...[byForm, byQuery].map((answer) => answer.headers.get('location') ?? ''), link];
}

describe('a returnTo to another origin', () => {
  test.each(ELSEWHERE)('leads home: %j', async (returnTo) => {
    const site = await createSite();
    for (const location of await landings(site, returnTo)) expect(location).toBe(HOME);
  });
});

test('a returnTo to another origin leads home after a whole sign-in, too', async () => {
  const site = await createSite();
  for (const returnTo of ELSEWHERE) {
    const browser = site.browser();
    const { token, approval } = await begin(browser, `/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
    const back = new URL(approval.searchParams.get('redirect_to') ?? '');
    expect(back.href).toBe(`${ORIGIN}/auth/callback?returnTo=${encodeURIComponent(HOME)}`);
    // The return checks the address again, as it was in the user's hands meanwhile.
    site.tmdb.approve(token);
    back.search = new URLSearchParams({ returnTo, request_token: token, approved: 'true' }).toString();
    expect((await browser.follow(back.href, linkFromElsewhere)).headers.get('location')).toBe(HOME);
  }
});

test('a script’s redirectTo is refused at other origins, and used as TMDB’s redirect_to on the site’s own', async () => {
  const site = await createSite();
  for (const redirectTo of ELSEWHERE) {
    const refused = await site.browser().ask('POST', '/auth/login', { redirectTo });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      failure: { message: expect.stringContaining('redirectTo') },
    });
  }
  const { approvalUrl } = await site.browser().tell('POST', '/auth/login', { redirectTo: '/app' });
  expect(new URL(approvalUrl ?? '').searchParams.get('redirect_to')).toBe(`${ORIGIN}/app`);
});

test('parameters and a hash in redirectTo stay inside redirect_to', async () => {
  const site = await createSite();
  const { approvalUrl } = await site.browser().tell('POST', '/auth/login', {
    redirectTo: '/app?a=1&redirect_to=https://evil.example&request_token=x#y',
  });
  const url = new URL(approvalUrl ?? '');
  expect([...url.searchParams.keys()]).toEqual(['redirect_to']);
  expect(url.hash).toBe('');
});

const ALLOWED = ['https://other.example', 'https://port.example:8443'];

describe('returnOrigins', () => {
  const settings = { origin: ORIGIN, returnOrigins: ALLOWED, client: { apiVersion: 3 as const } };
  test.each([
    'https://other.example',
    'https://other.example/a?b#c',
    'https://OTHER.example:443/a',
    '//other.example/a',
    'https://port.example:8443/x',
    '/path',
    'path',
    '?query',
    '#fragment',
    '',
  ])('allow %j', (to) => {
    expect(landing(settings, to)).toBe(new URL(to, ORIGIN).href);
  });

  test.each([
    'http://other.example',
    'https://other.example:444',
    'https://sub.other.example',
    'https://other.example.evil.example',
    'https://user@other.example',
    'blob:https://other.example/x',
    'https://port.example',
    'https://port.example:8444',
  ])('do not allow %j', (to) => {
    expect(landing(settings, to)).toBe(null);
  });

  test('cannot include "null", as an opaque origin belongs to no site', async () => {
    await expect(createSite({ returnOrigins: ['null'] })).rejects.toThrow('returnOrigins');
    await expect(createSite({ returnOrigins: ['data:,'] })).rejects.toThrow('returnOrigins');
  });
});

describe('any requested address', () => {
  const PIECES = [
    ...[
      '/',
      '//',
      '\\',
      '\t',
      '\n',
      '\r',
      ' ',
      '\0',
      '@',
      ':',
      '?',
      '#',
      '.',
      '..',
      '%2f',
      '%5c',
      '%09',
      '%00',
    ],
    ...['https:', 'http:', 'javascript:', 'data:', 'blob:', 'file:', 'films.example', 'evil.example', 'user'],
    ...['[::1]', '。', '／', '＼', '\u2028', '\ufeff', '\u202e', '\ud800', ORIGIN, 'x'],
  ];
  const nasty = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
  );
  /** Whether a browser would stay on the site. */
  const isOurs = (location: string) => {
    const url = new URL(location, 'https://a-page-of.example');
    return url.protocol === 'https:' && url.origin === ORIGIN && !url.username && !url.password;
  };

  test('becomes an absolute address of the site, which means the same when read again', () => {
    fc.assert(
      fc.property(nasty, (to) => {
        const found = landing({ origin: ORIGIN, returnOrigins: [], client: { apiVersion: 3 } }, to);
        if (found === null) return true;
        return isOurs(found) && new URL(found).href === found && !/[^\x21-\x7e]/.test(found);
      }),
      { numRuns: 20_000 },
    );
  });

  test('never makes the answer lead elsewhere', async () => {
    const site = await createSite();
    await fc.assert(
      fc.asyncProperty(nasty, async (returnTo) => {
        const answered = await site.browser().submit('/auth/cancel', { returnTo });
        return answered.status === 303 && isOurs(answered.headers.get('location') ?? '');
      }),
      { numRuns: 300 },
    );
  });
});

test('a made-up failure in the address is removed', async () => {
  const site = await createSite();
  const answered = await site.browser().submit('/auth/cancel', {
    returnTo: '/?tmdb_auth_failure=<script>&tmdb_auth_failure=x',
  });
  expect(locationOf(answered).searchParams.has('tmdb_auth_failure')).toBe(false);
});
