import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/tools/sandbox/index.ts';
import { MINUTE, START, sandboxForTest } from './helpers.ts';

async function withPage(redirectTo?: string, options?: SandboxOptions) {
  const all = await sandboxForTest(options);
  const token = await all.newV4Token(redirectTo);
  const access = `${all.sandbox.webURL}/auth/access`;
  const open = (request_token = token) => fetch(`${access}?${new URLSearchParams({ request_token })}`);
  const post = (choice: 'allow' | 'deny', fields: Record<string, string> = {}) => {
    const body = new URLSearchParams({ request_token: token, ...fields });
    return fetch(`${access}/${choice}`, { method: 'POST', body, redirect: 'manual' });
  };
  return { ...all, token, access, open, post };
}

describe('the v4 approval page', () => {
  it('asks as the v3 page does, and says where it leads', async () => {
    const { open, token } = await withPage('http://localhost:3000/back?a=1&b=2');
    const response = await open();
    expect(response.status).toBe(200);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await response.text();
    expect(html).toContain('Signed in as <strong>sandra</strong>');
    expect(html).toContain('<form method="post" action="/auth/access/allow">');
    expect(html).toContain('<form method="post" action="/auth/access/deny">');
    expect(html.split(`<input type="hidden" name="request_token" value="${token}">`)).toHaveLength(3);
    expect(html).toContain('http://localhost:3000/back?a=1&#38;b=2</span>');
    expect(html).not.toContain('name="redirect_to"');
  });

  it('gives the access token to the chosen user', async () => {
    const users = ['sandra', 'otto'].map((username) => ({ username, password: 'x' }));
    const { sandbox, open, post, token, exchangeV4 } = await withPage(undefined, { users });
    expect(await (await open()).text()).toContain('<option value="otto">');
    await post('allow', { username: 'otto' });
    await exchangeV4(token);
    expect(sandbox.accessTokens()).toEqual([{ username: 'otto', createdAt: START }]);
  });
});

describe('the redirect after the v4 page', () => {
  it.each([
    ['http://localhost:3000/'],
    ['https://app.example/back?next=%2Fhome%20page&x'],
    ['myapp://tmdb/callback'],
    ['http://localhost/#/home'],
  ])('appends nothing to %s', async (redirectTo) => {
    const { sandbox, post } = await withPage(redirectTo);
    const allowed = await post('allow');
    expect([allowed.status, allowed.headers.get('location')]).toEqual([302, redirectTo]);
    expect(sandbox.tokens()).toEqual([{ version: 4, state: 'approved', createdAt: START }]);
    const denied = await post('deny');
    expect([denied.status, denied.headers.get('location')]).toEqual([302, redirectTo]);
    expect(sandbox.tokens()).toEqual([{ version: 4, state: 'denied', createdAt: START }]);
  });

  it('leads to the address in the token, whatever the form says', async () => {
    const { post } = await withPage('myapp://back');
    const { headers } = await post('allow', { redirect_to: 'https://elsewhere.example/' });
    expect(headers.get('location')).toBe('myapp://back');
  });

  it('ends on a page of TMDB without redirect_to', async () => {
    const { sandbox, access, post, token, exchangeV4 } = await withPage();
    const page = (choice: string) => fetch(`${access}/${choice}?request_token=${token}`);
    for (const choice of ['allow', 'deny']) expect((await page(choice)).status).toBe(404);
    const { status, headers } = await post('allow', { redirect_to: 'https://elsewhere.example/' });
    expect([status, headers.get('location')]).toEqual([302, `/auth/access/allow?request_token=${token}`]);
    expect(await (await page('allow')).text()).toContain('<h1>Allowed</h1>');
    await exchangeV4(token);
    expect(sandbox.accessTokens()).toHaveLength(1);
    expect(await (await page('allow')).text()).toContain('<h1>Allowed</h1>');
  });

  it('says Denied after a denial', async () => {
    const { post, access, token } = await withPage();
    expect((await post('deny')).headers.get('location')).toBe(`/auth/access/deny?request_token=${token}`);
    const page = await fetch(`${access}/deny?request_token=${token}`);
    expect(await page.text()).toContain('<h1>Denied</h1>');
  });

  it.each([['javascript:alert(1)'], ['data:text/html,x'], ['/relative'], ['"><script>']])(
    'refuses to lead to %j',
    async (redirectTo) => {
      const { sandbox, open, post } = await withPage(redirectTo);
      const page = await open();
      const html = await page.text();
      expect([page.status, html.includes('<form'), html.includes('<script')]).toEqual([400, false, false]);
      for (const choice of ['allow', 'deny'] as const) {
        const { status, headers } = await post(choice);
        expect([status, headers.get('location')]).toEqual([400, null]);
      }
      expect(sandbox.tokens()).toEqual([{ version: 4, state: 'pending', createdAt: START }]);
    },
  );
});

describe('the v4 approval page of a bad token', () => {
  it.each(['unknown', 'expired', 'denied', 'used', 'one of v3', 'missing'])(
    'never redirects when the token is %s',
    async (why) => {
      const { sandbox, token, access, newToken, exchangeV4, open, post } =
        await withPage('http://localhost/');
      let asked = token;
      if (why === 'unknown') asked = `${token}x`;
      if (why === 'missing') asked = '';
      if (why === 'one of v3') asked = await newToken();
      if (why === 'expired') sandbox.clock.advance(15 * MINUTE);
      if (why === 'denied') sandbox.deny(token);
      if (why === 'used') {
        sandbox.approve(token);
        await exchangeV4(token);
      }
      const states = sandbox.tokens();
      const page = await open(asked);
      const html = await page.text();
      expect(page.status).toBe(404);
      expect(html).toContain('<h1>Invalid request token</h1>');
      expect(html).not.toContain('<form');
      for (const choice of ['allow', 'deny'] as const) {
        const { status, headers } = await post(choice, { request_token: asked });
        expect([status, headers.get('location')]).toEqual([404, null]);
      }
      if (why === 'missing') expect((await fetch(access)).status).toBe(404);
      expect(sandbox.tokens()).toEqual(states);
    },
  );

  it('is not shown at the v3 address for a v4 token', async () => {
    const { sandbox, token } = await withPage();
    const page = `${sandbox.webURL}/authenticate/${token}`;
    expect((await fetch(page)).status).toBe(404);
    expect((await fetch(`${page}/allow`, { method: 'POST', redirect: 'manual' })).status).toBe(404);
    expect(sandbox.tokens()).toEqual([{ version: 4, state: 'pending', createdAt: START }]);
  });
});

it('another page of the sandbox names the addresses of both approval pages', async () => {
  const { sandbox } = await sandboxForTest();
  const html = await (await fetch(`${sandbox.url}/auth`)).text();
  expect(html).toContain('/3 and /4');
  expect(html).toContain('/auth/access?request_token={request_token}');
});
