import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../../src/platforms/server/requests.ts';
import { createSite, ORIGIN, signIn } from '../site.ts';
import { begin, FROM_HERE, JSON_FROM_HERE, linkFromElsewhere, plain, withoutEffect } from './support.ts';

const CRLF = [
  '\r\nSet-Cookie: x=y',
  '%0d%0aSet-Cookie:%20x=y',
  '%250d%250aSet-Cookie: x=y',
  '\u560d\u560aSet-Cookie: x=y',
  '\nLocation: https://evil.example',
  '\u2028Set-Cookie: x=y',
  '\u0085Set-Cookie: x=y',
  '; Domain=evil.example',
  '", "x": "',
  '</script><script>alert(1)</script>',
];

describe('text of a request', () => {
  test.each(CRLF)('never becomes a header: %j', async (text) => {
    const site = await createSite();
    const browser = site.browser();
    const query = encodeURIComponent(text);
    const answers = [
      await browser.submit('/auth/cancel', { returnTo: `/a${text}` }),
      await browser.follow(`/auth/login?returnTo=/a${query}`),
      await browser.follow(`/auth/callback?request_token=${query}&approved=true`, linkFromElsewhere),
      await browser.tell('POST', '/auth/login', { redirectTo: `/a${text}` }).then(() => null),
      await browser.send(plain('GET', `/auth/session?x=${query}`)),
      await browser.send(plain('GET', `/auth/tmdb/3/movie/550?x=${query}`)),
      await browser.send(plain('GET', `/auth/${query}`)),
    ];
    for (const answer of answers) {
      if (!answer) continue;
      const names = [...answer.headers.keys()];
      expect(names).not.toContain('x');
      const location = answer.headers.get('location') ?? ORIGIN;
      expect(location).toMatch(/^[\x21-\x7e]+$/);
      for (const cookie of answer.headers.getSetCookie()) {
        expect(cookie).toMatch(
          /^__Host-tmdb-auth\.(pending|user|guest)=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        );
      }
    }
  });
});

describe('text of a request', () => {
  const MARK = '<b>zzq</b>';
  test('is never repeated in an answer other than a redirect', async () => {
    const site = await createSite();
    const browser = site.browser();
    const query = encodeURIComponent(MARK);
    const answers = [
      await browser.send(plain('GET', `/auth/${query}`)),
      await browser.send(plain('GET', `/auth/session?x=${query}`, { accept: MARK, 'user-agent': MARK })),
      await browser.send(plain('POST', '/auth/logout', { origin: MARK })),
      await browser.send(plain('POST', '/auth/cancel', JSON_FROM_HERE, MARK)),
      await browser.send(
        plain('POST', '/auth/callback', JSON_FROM_HERE, JSON.stringify({ requestToken: MARK })),
      ),
      await browser.send(plain('POST', `/auth/tmdb/3/${query}`, FROM_HERE)),
      await browser.send(plain('ZZQ', '/auth/session')),
    ];
    for (const answer of answers) {
      expect(JSON.stringify([...answer.headers]).toLowerCase()).not.toContain('zzq');
      expect((await answer.text()).toLowerCase()).not.toContain('zzq');
      expect(answer.headers.get('content-type')).toMatch(/^(application\/json|text\/plain)$/);
    }
  });

  test('an HTML page from TMDB cannot run here: no script, no frame, no type sniffing', async () => {
    const site = await createSite();
    site.tmdb.faults.add({ kind: 'html', times: 2 });
    const { headers } = await site.browser().follow('/auth/tmdb/3/movie/550');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a token is text, never a path or a query', () => {
  const TOKENS = [
    '../../account',
    '..%2f..%2faccount',
    'a/b',
    'a?b=c',
    'a#b',
    'a&api_key=x',
    '\u0000',
    'é',
    ' ',
  ];
  test.each(TOKENS)('the callback refuses %j as a token', async (token) => {
    const site = await createSite();
    const browser = site.browser();
    await begin(browser);
    const answered = await withoutEffect(site, browser, () =>
      browser.ask('POST', '/auth/callback', { requestToken: token }),
    );
    expect(answered.status).toBe(400);
  });

  test.each(['../../account/authorize', 'a b', 'a?b', 'a/b', 'a\r\nb', 'a"b', '', 'short', 'é'.repeat(20)])(
    'TMDB’s own %j is refused as a token',
    async (token) => {
      const site = await createSite();
      site.tmdb.faults.add({ kind: 'answer', body: { success: true, request_token: token } });
      const answered = await site.browser().tell('POST', '/auth/login', {});
      expect(answered).toMatchObject({ approvalUrl: null, failure: { code: 'bad_answer' } });
    },
  );
});

describe('malformed bodies', () => {
  const BODIES: readonly [string, string, string][] = [
    ['text/plain, which needs no preflight', 'text/plain', '{"everywhere":"true"}'],
    [
      'half a multipart form',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="a"',
    ],
    ['a multipart form without a boundary', 'multipart/form-data', '--x--'],
    ['no type', '', '{"everywhere":"true"}'],
    ['a type like JSON’s', 'application/jsonx', '{}'],
    ['JSON with a prefix', 'text/plain;application/json', '{}'],
    ['XML', 'application/xml', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'],
    ['an array', 'application/json', '[{"returnTo":"/"}]'],
    ['a string', 'application/json', '"returnTo"'],
    ['null', 'application/json', 'null'],
    ['a number', 'application/json', '1'],
    ['half', 'application/json', '{"returnTo":'],
    ['two', 'application/json', '{}{}'],
    ['deep', 'application/json', '['.repeat(60_000)],
    ['UTF-16', 'application/json', '\ufeff{\u0000"\u0000a'],
  ];

  test.each(BODIES)('are answered with 400 and have no effect: %s', async (_, type, body) => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    const headers = { ...FROM_HERE, accept: 'application/json', 'content-type': type };
    const bytes = new TextEncoder().encode(body);
    const answered = await withoutEffect(site, browser, () =>
      browser.send(plain('POST', '/auth/logout', headers, bytes)),
    );
    expect(answered.status).toBe(400);
    expect(site.tmdb.sessions().length).toBe(1);
  });

  test('may have __proto__ and the like as ordinary names', async () => {
    const site = await createSite();
    const bodies = [
      '{"__proto__":{"returnTo":"https://evil.example","everywhere":"true"}}',
      '{"constructor":{"prototype":{"everywhere":"true"}}}',
      '{"__proto__":"x","toString":"y","returnTo":{"toString":"x"}}',
    ];
    for (const body of bodies) {
      expect((await site.browser().send(plain('POST', '/auth/cancel', JSON_FROM_HERE, body))).status).toBe(
        200,
      );
    }
    const form = new URLSearchParams({ '__proto__[everywhere]': 'true', __proto__: 'x' });
    expect((await site.browser().send(plain('POST', '/auth/cancel', FROM_HERE, form))).status).toBe(303);
    expect(({} as Record<string, unknown>).everywhere).toBe(undefined);
    expect(({} as Record<string, unknown>).returnTo).toBe(undefined);
  });

  test('are always answered, and never with a 5xx', async () => {
    const site = await createSite();
    const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'x');
    const body = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('{}', '[]', '=&=', '%'));
    await fc.assert(
      fc.asyncProperty(type, body, async (contentType, text) => {
        const headers = { ...FROM_HERE, 'content-type': contentType };
        const answered = await site.browser().send(plain('POST', '/auth/cancel', headers, text));
        return answered.status < 500;
      }),
      { numRuns: 300 },
    );
  });

  test('give fields that are text, or no field at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.object(), async (value) => {
        const request = plain('POST', '/auth/cancel', JSON_FROM_HERE);
        const { buffer } = new TextEncoder().encode(JSON.stringify(value));
        const fields = await fieldsOf(request, buffer);
        return fields !== null && Object.values(fields).every((field) => typeof field === 'string');
      }),
    );
  });
});

test('strange headers cause no server error', async () => {
  const site = await createSite();
  for (const value of ['', ',', ';;;', '*/*;q=0', 'application/json'.repeat(1_000), '\u00ff'.repeat(100)]) {
    for (const name of ['accept', 'cookie', 'content-type', 'accept-language', 'origin', 'content-length']) {
      const answered = await site.browser().send(plain('GET', '/auth/session', { [name]: value }));
      expect(answered.status, `${name}: ${value.slice(0, 20)}`).toBe(200);
    }
  }
});
