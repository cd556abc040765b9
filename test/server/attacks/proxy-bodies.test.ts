import { describe, expect, test } from 'vitest';
import { FROM_HERE, JSON_FROM_HERE, plain, tapped } from './support.ts';

const RATING = '/auth/tmdb/3/movie/550/rating';
const rate = (body: BodyInit, type?: string) =>
  plain(
    'POST',
    RATING,
    { ...FROM_HERE, accept: 'application/json', ...(type && { 'content-type': type }) },
    body,
  );

/** Names that TMDB, or a framework like its own, takes for a credential or the method. */
const PLANTED: readonly string[] = [
  'session_id',
  'SESSION_ID',
  'sessionId',
  'session.id',
  'session-id',
  '[session_id]',
  'session_id[]',
  'guest_session_id',
  'api_key',
  'request_token',
  'access_token',
  'callback',
  '_method',
  '_METHOD',
  ' _method',
  '_method[]',
];

describe('a page’s body for TMDB', () => {
  test.each(PLANTED)('is sent without %s, at any depth, in lists or twice', async (name) => {
    const { browser, sent } = await tapped();
    const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
    const bodies = [
      JSON.stringify({ value: 8, [name]: 'planted' }),
      JSON.stringify({ value: 8, movie: { [name]: 'planted', list: [{ [name]: { deep: 'planted' } }] } }),
      JSON.stringify([{ value: 8 }, { [name]: 'planted' }]),
      `{"${name}":"planted","value":8,"${name}":"planted"}`,
      `{"${escaped}":"planted","value":8}`,
      `\ufeff{"${name}":"planted","value":8}`,
      `{"__proto__":{"${name}":"planted"},"value":8}`,
    ];
    for (const body of bodies) {
      sent.length = 0;
      await browser.send(rate(body, 'application/json'));
      expect(sent.length, body).toBe(1);
      expect(sent[0]?.body, body).not.toContain('planted');
      expect(sent[0]?.body, body).toContain('8');
    }
  });

  test.each([
    ['a form', 'value=1&session_id=planted', 'application/x-www-form-urlencoded'],
    ['a form declared as JSON', 'value=1&session_id=planted', 'application/json'],
    ['a form followed by JSON’s type', 'value=1', 'application/x-www-form-urlencoded, application/json'],
    ['a type with JSON in a parameter', '{"value":1}', 'text/plain; application/json'],
    ['a type with a space that HTTP does not know', '{"value":1}', '\u00a0application/json'],
    [
      'multipart',
      '--x\r\nContent-Disposition: form-data; name="session_id"\r\n\r\nplanted\r\n--x--',
      'multipart/form-data; boundary=x',
    ],
    ['text', '{"value":1}', 'text/plain'],
    ['XML', '<value>1</value>', 'application/xml'],
    ['no type', new TextEncoder().encode('{"value":1}'), undefined],
    ['half a JSON text', '{"value":1', 'application/json'],
    ['two JSONs', '{"value":1}{"session_id":"planted"}', 'application/json'],
    ['JSONP', 'callback({"value":1})', 'application/json'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), 'application/json; charset=utf-16'],
    ['broken UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 'application/json'],
  ] as [string, BodyInit, string | undefined][])('is refused if it is %s', async (_, body, type) => {
    const { site, browser, sent } = await tapped();
    const answered = await browser.send(rate(body, type));
    expect(answered.status).toBe(400);
    expect(sent).toEqual([]);
    expect(site.tmdb.account().ratings).toEqual([]);
  });

  test('keeps its method whatever _method in the query says', async () => {
    const { browser, sent } = await tapped();
    for (const name of ['_method', '_METHOD', '_method[]', 'method', ' _method'])
      await browser.send(
        plain('POST', `${RATING}?${encodeURIComponent(name)}=DELETE`, JSON_FROM_HERE, '{"value":8}'),
      );
    expect(sent.map(({ method, url }) => [method, url.search.includes('DELETE')])).toEqual(
      Array(5).fill(['POST', false]),
    );
  });
});

describe('an answer of TMDB that is not JSON', () => {
  const RUNS = '/**/alert({"id":550})';

  test.each([
    ['text/javascript', RUNS],
    ['application/javascript', RUNS],
    ['application/json-p', RUNS],
    ['text/html', '<script>alert(1)</script>'],
    ['image/svg+xml', '<svg onload="alert(1)"/>'],
    ['\u00a0application/json', '{}'],
    ['text/plain', 'a network’s login page'],
    ['text/css', '{}'],
  ])('never reaches a page with the type %j', async (type, text) => {
    const { site, browser } = await tapped();
    site.tmdb.faults.add({ kind: 'answer', status: 200, body: text, headers: { 'content-type': type } });
    const answered = await browser.send(
      plain('GET', '/auth/tmdb/3/movie/550', { accept: 'application/json' }),
    );
    expect(answered.status).toBe(502);
    expect(answered.headers.get('content-type')).toBe('application/json');
    expect(await answered.json()).toEqual({ failure: expect.objectContaining({ code: 'bad_answer' }) });
  });

  test.each([301, 302, 307])('is not passed on as a redirect (%i), either', async (status) => {
    const { site, browser } = await tapped();
    const headers = { location: 'https://evil.example/', 'content-type': 'application/json' };
    site.tmdb.faults.add({ kind: 'answer', status, body: {}, headers });
    const answered = await browser.send(plain('GET', '/auth/tmdb/3/movie/550'));
    expect(answered.status).toBe(502);
    expect(answered.headers.get('location')).toBe(null);
  });

  test('keeps its status and its Retry-After: 429 with a CDN’s page', async () => {
    const { site, browser } = await tapped();
    site.tmdb.faults.add({ kind: 'rateLimited', body: 'html', retryAfter: 7 });
    const answered = await browser.send(plain('GET', '/auth/tmdb/3/movie/550'));
    expect(answered.status).toBe(429);
    expect(answered.headers.get('retry-after')).toBe('7');
    expect(await answered.text()).not.toContain('<');
  });

  test('does not sign the user out when it is a login page', async () => {
    const { site, browser } = await tapped();
    site.tmdb.faults.add({ kind: 'html', status: 401 });
    await browser.send(plain('POST', RATING, JSON_FROM_HERE, '{"value":8}'));
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });
});
