import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/tools/sandbox/index.ts';
import { HOUR, START, sandboxForTest } from './helpers.ts';

async function withPage(options?: SandboxOptions) {
  const all = await sandboxForTest(options);
  const token = await all.newToken();
  const page = `${all.sandbox.webURL}/authenticate/${token}`;
  const post = (choice: 'allow' | 'deny', fields: Record<string, string> = {}) =>
    fetch(`${page}/${choice}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const open = (redirectTo?: string) =>
    fetch(redirectTo === undefined ? page : `${page}?redirect_to=${encodeURIComponent(redirectTo)}`);
  return { ...all, token, page, post, open };
}

describe('the approval page', () => {
  it('says what it is, who is asked, and where it leads', async () => {
    const { open, token } = await withPage();
    const response = await open('http://localhost:3000/back?a=1&b=2');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html;charset=utf-8');
    const html = await response.text();
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('This is not TMDB.');
    expect(html).toContain('Signed in as <strong>sandra</strong>');
    expect(html).toContain(`<form method="post" action="/authenticate/${token}/allow">`);
    expect(html).toContain(`<form method="post" action="/authenticate/${token}/deny">`);
    expect(html.match(/name="redirect_to" value="http:\/\/localhost:3000\/back\?a=1&#38;b=2"/g)).toHaveLength(
      2,
    );
  });

  it('keeps its token to itself, allows no scripts, and lets the form lead anywhere', async () => {
    const { open } = await withPage();
    const { headers } = await open();
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
    expect(policy).not.toContain('form-action');
    expect(policy).not.toContain('script-src');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('allows exactly its own style', async () => {
    const { open } = await withPage();
    const response = await open();
    const style = /<style>([\s\S]*)<\/style>/.exec(await response.text())?.[1] ?? '';
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(response.headers.get('content-security-policy')).toContain(Buffer.from(hash).toString('base64'));
    expect(style).toContain('prefers-color-scheme: dark');
  });

  it('offers a choice of users, without those who cannot log in', async () => {
    const users = [
      { username: 'sandra', password: 'x' },
      { username: '<otto> & "co"', password: 'x' },
      { username: 'susi', password: 'x', standing: 'suspended' as const },
    ];
    const { sandbox, open, post } = await withPage({ users });
    const html = await (await open()).text();
    expect(html).toContain('<label for="username">');
    expect(html.match(/<option value="[^"]*">/g)).toEqual([
      '<option value="sandra">',
      '<option value="&#60;otto&#62; &#38; &#34;co&#34;">',
    ]);
    expect(html).not.toContain('<otto>');
    expect((await post('allow', { username: '<otto> & "co"' })).status).toBe(302);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'approved', createdAt: START }]);
  });

  it('gives the session to the user who approved it', async () => {
    const users = ['sandra', 'otto'].map((username) => ({ username, password: 'x' }));
    const { sandbox, post, exchange, token } = await withPage({ users });
    await post('allow', { username: 'otto' });
    await exchange(token);
    expect(sandbox.sessions()).toEqual([{ username: 'otto', createdAt: START }]);
  });

  it('does not approve for an unknown user', async () => {
    const { sandbox, post } = await withPage();
    expect((await post('allow', { username: 'nobody' })).status).toBe(404);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'pending', createdAt: START }]);
  });
});

describe('the redirect after the page', () => {
  it.each([
    ['http://localhost:3000/', 'http://localhost:3000/?'],
    ['http://localhost:3000', 'http://localhost:3000/?'],
    ['https://app.example/back?next=%2Fhome%20page&x', 'https://app.example/back?next=%2Fhome%20page&x&'],
    ['https://app.example/back?q=caf%C3%A9', 'https://app.example/back?q=caf%C3%A9&'],
    ['myapp://tmdb/callback', 'myapp://tmdb/callback?'],
    ['http://192.168.0.7:8080/a', 'http://192.168.0.7:8080/a?'],
  ])('appends the answer to the query of %s', async (redirect_to, start) => {
    const { sandbox, post, token } = await withPage();
    const allowed = await post('allow', { redirect_to });
    expect(allowed.status).toBe(302);
    expect(allowed.headers.get('location')).toBe(`${start}request_token=${token}&approved=true`);
    expect(allowed.headers.get('referrer-policy')).toBe('no-referrer');
    expect(sandbox.tokens()[0]?.state).toBe('approved');
    const denied = await post('deny', { redirect_to });
    expect(denied.headers.get('location')).toBe(`${start}request_token=${token}&denied=true`);
    expect(sandbox.tokens()[0]?.state).toBe('denied');
  });

  it('puts the answer before a fragment', async () => {
    const { post, token } = await withPage();
    const { headers } = await post('allow', { redirect_to: 'http://localhost/#/home' });
    expect(headers.get('location')).toBe(`http://localhost/?request_token=${token}&approved=true#/home`);
  });

  it('ends on a page of TMDB without redirect_to', async () => {
    const { sandbox, page, post, token, exchange } = await withPage();
    const response = await post('allow');
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      `/authenticate/${token}/allow`,
    ]);
    expect(await (await fetch(`${page}/allow`)).text()).toContain('<h1>Allowed</h1>');
    await exchange(token);
    expect(await (await fetch(`${page}/allow`)).text()).toContain('<h1>Allowed</h1>');
    expect(sandbox.sessions()).toHaveLength(1);
  });

  it('says Denied after a denial, and neither answer before', async () => {
    const { page, post, token } = await withPage();
    for (const choice of ['allow', 'deny']) expect((await fetch(`${page}/${choice}`)).status).toBe(404);
    const response = await post('deny');
    expect(response.headers.get('location')).toBe(`/authenticate/${token}/deny`);
    expect(await (await fetch(`${page}/deny`)).text()).toContain('<h1>Denied</h1>');
    expect((await fetch(`${page}/allow`)).status).toBe(404);
  });

  it.each([
    ['javascript:alert(1)'],
    [' java\tscript:alert(1)'],
    ['data:text/html,x'],
    ['vbscript:x'],
    ['/relative'],
    ['"><script>'],
  ])('refuses to lead to %j', async (redirect_to) => {
    const { sandbox, open, post } = await withPage();
    const page = await open(redirect_to);
    const html = await page.text();
    expect([page.status, html.includes('<form'), html.includes('<script')]).toEqual([400, false, false]);
    for (const choice of ['allow', 'deny'] as const) {
      const response = await post(choice, { redirect_to });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'pending', createdAt: START }]);
  });

  it('escapes the address it shows', async () => {
    const { open } = await withPage();
    const html = await (await open('myapp:"><script>alert(1)</script>')).text();
    expect(html).toContain('myapp:&#34;&#62;&#60;script&#62;');
    expect(html).not.toContain('<script');
  });
});

describe('the approval page of a bad token', () => {
  it.each(['unknown', 'expired', 'denied', 'used'])('never redirects when the token is %s', async (why) => {
    const { sandbox, token, exchange, post } = await withPage();
    if (why === 'expired') sandbox.clock.advance(HOUR);
    if (why === 'denied') sandbox.deny(token);
    if (why === 'used') {
      sandbox.approve(token);
      await exchange(token);
    }
    const states = sandbox.tokens();
    const asked = why === 'unknown' ? '0'.repeat(40) : token;
    const page = await fetch(`${sandbox.webURL}/authenticate/${asked}?redirect_to=http%3A%2F%2Flocalhost%2F`);
    expect(page.headers.get('content-type')).toBe('text/html;charset=utf-8');
    const html = await page.text();
    expect(html).toContain('<h1>Invalid request token</h1>');
    expect(html).not.toContain('<form');
    if (why !== 'unknown') {
      const response = await post('allow', { redirect_to: 'http://localhost/' });
      expect([response.status, response.headers.get('location')]).toEqual([404, null]);
    }
    expect(sandbox.tokens()).toEqual(states);
  });

  it('does not echo what it was given', async () => {
    const { sandbox } = await sandboxForTest();
    const page = await fetch(
      `${sandbox.webURL}/authenticate/${encodeURIComponent('<script>alert(1)</script>')}`,
    );
    expect(await page.text()).not.toContain('alert(1)');
  });
});
