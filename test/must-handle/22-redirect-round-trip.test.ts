// TMDB: `redirect_to` was not encoded, or the app's own query was lost on the return.
// Here: Queries, spaces and every script survive the round trip.
import { expect, test } from 'vitest';
import { parseCallback } from '../../src/index.ts';
import { viewOf } from '../core/helpers.ts';
import { createWorld, type World } from '../support/world.ts';

/** Acts as a browser on the approval page: reads the form, posts it, and reports where it is sent. */
async function press(button: 'allow' | 'deny', page: string): Promise<string> {
  const html = await (await fetch(page)).text();
  const form = html.split('<form').find((part) => part.includes(`/${button}"`)) ?? '';
  const attribute = (pattern: RegExp) =>
    (pattern.exec(form)?.[1] ?? '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const action = attribute(/action="([^"]*)"/);
  const fields = new URLSearchParams();
  for (const name of ['username', 'redirect_to']) {
    const value = attribute(new RegExp(`name="${name}" value="([^"]*)"`));
    if (value) fields.set(name, value);
  }
  const answer = await fetch(new URL(action, page), { method: 'POST', body: fields, redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

async function waiting(world: World, redirectTo: string) {
  const auth = world.client();
  const done = auth.login({ redirectTo });
  done.catch(() => {});
  await world.reaches(auth, 'awaitingApproval.waiting');
  return { auth, done };
}

const TARGETS: readonly [string, string, Record<string, string>][] = [
  ['a plain address', 'http://localhost:3000/callback', {}],
  ['a query of the app', 'https://app.test/cb?from=home&tab=2', { from: 'home', tab: '2' }],
  ['spaces', 'https://app.test/my%20app/cb?title=The%20Quiet%20One', { title: 'The Quiet One' }],
  ['an encoded plus', 'https://app.test/cb?q=a%2Bb', { q: 'a+b' }],
  ['an ampersand inside a value', 'https://app.test/cb?q=a%26b%3Dc', { q: 'a&b=c' }],
  ['unicode', 'https://app.test/cb?city=S%C3%A3o%20Paulo&f=%F0%9F%8E%AC', { city: 'São Paulo', f: '🎬' }],
  ['unencoded Unicode', 'https://app.test/kino/ü?city=Köln', { city: 'Köln' }],
  [
    'a URL inside a value',
    'https://app.test/cb?next=https%3A%2F%2Fother.test%2F%3Fa%3D1',
    {
      next: 'https://other.test/?a=1',
    },
  ],
  ['quotes and angle brackets', "https://app.test/cb?x=%22%3Cb%3E'", { x: '"<b>\'' }],
  ['a percent sign', 'https://app.test/cb?p=100%25', { p: '100%' }],
  ['an app’s own scheme', 'myapp://auth/done?device=tv', { device: 'tv' }],
];

test.each(TARGETS)('%s returns unchanged', async (_, redirectTo, query) => {
  const world = await createWorld();
  const { auth, done } = await waiting(world, redirectTo);
  const page = new URL(auth.approvalUrl ?? '');
  expect([...page.searchParams]).toEqual([['redirect_to', redirectTo]]);
  const back = await press('allow', page.href);
  const landed = new URL(back);
  expect(landed.origin + decodeURI(landed.pathname)).toBe(
    new URL(redirectTo).origin + decodeURI(new URL(redirectTo).pathname),
  );
  for (const [name, value] of Object.entries(query))
    expect(landed.searchParams.getAll(name)).toEqual([value]);
  expect(parseCallback(back)).toEqual({ requestToken: world.token(auth), approved: true });
  expect((await viewOf(world, auth.handleCallback(back))).status).toBe('user');
  expect((await viewOf(world, done)).status).toBe('user');
});

test('a fragment does not swallow the answer', async () => {
  const world = await createWorld();
  const { auth } = await waiting(world, 'https://app.test/#/movies?page=2');
  const back = await press('allow', auth.approvalUrl ?? '');
  expect(new URL(back).hash).toBe('#/movies?page=2');
  expect((await viewOf(world, auth.handleCallback(back))).status).toBe('user');
});

test('Deny returns with the app’s query, too', async () => {
  const world = await createWorld();
  const { auth } = await waiting(world, 'https://app.test/cb?from=home&q=a%2Bb');
  const back = await press('deny', auth.approvalUrl ?? '');
  expect(Object.fromEntries(new URL(back).searchParams)).toMatchObject({
    from: 'home',
    q: 'a+b',
    denied: 'true',
  });
  expect((await viewOf(world, auth.handleCallback(back))).state).toBe('idle.approvalDenied');
});

test('a sign-in without redirectTo sends none, and the user stays on TMDB', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth.login().catch(() => {});
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(new URL(auth.approvalUrl ?? '').search).toBe('');
  expect(await press('allow', auth.approvalUrl ?? '')).toBe(`/authenticate/${world.token(auth)}/allow`);
});

test('a restored sign-in has the same redirect_to after a restart', async () => {
  const world = await createWorld();
  const redirectTo = 'https://app.test/cb?from=home&city=Köln';
  const { auth } = await waiting(world, redirectTo);
  await auth.handleCallback('https://app.test/?request_token=not-ours&approved=true').catch(() => {});
  auth.dispose();
  const restored = world.client();
  await world.reaches(restored, 'awaitingApproval');
  expect(new URL(restored.approvalUrl ?? '').searchParams.get('redirect_to')).toBe(redirectTo);
});

test('handleCallback takes a path with a query, as servers see it', async () => {
  const world = await createWorld();
  const { auth } = await waiting(world, 'https://app.test/cb?from=home');
  const { pathname, search } = new URL(await press('allow', auth.approvalUrl ?? ''));
  expect((await viewOf(world, auth.handleCallback(pathname + search))).status).toBe('user');
});
