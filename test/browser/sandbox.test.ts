import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PLAIN_HTTP_HOST } from './chromium.ts';
import { look } from './example.look.ts';
import { inChromium } from './stage.ts';

const openStage = inChromium();

const SERVICE_WORKER = new URL('../../node_modules/msw/lib/mockServiceWorker.js', import.meta.url);

test('in a page with MSW, and in a worker, the sandbox signs people in and cuts a connection', async () => {
  const stage = await openStage({
    page: 'sandbox.ts',
    respond: (path) =>
      path === '/mockServiceWorker.js'
        ? { type: 'text/javascript', text: readFileSync(SERVICE_WORKER, 'utf8') }
        : undefined,
  });
  const page = await stage.open();
  const went = ['guest', '2', 'sandra', '4 of 5'];
  expect(await page.evaluate(() => window.played)).toEqual({ page: went, worker: went });
  expect(stage.asked()).toEqual([]);
});

/** Every way in which a page can send a request to this address. */
const ATTACK = async (url: string) => {
  const tries: Promise<unknown>[] = [
    fetch(`${url}/_sandbox/users`, { method: 'POST', mode: 'no-cors', body: '{"username":"mallory"}' }),
    fetch(`${url}/_sandbox/users`, { method: 'POST', body: '{"username":"mallory"}' }),
    fetch(`${url}/_sandbox/requests`, { method: 'DELETE' }),
    fetch(`${url}/_sandbox/requests`).then((response) => response.text()),
  ];
  for (const one of tries) one.catch(() => {});
  navigator.sendBeacon(`${url}/_sandbox/reset`);
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action: `${url}/_sandbox/reset`, target: 'frame' });
  const frame = document.createElement('iframe');
  frame.name = 'frame';
  document.body.append(form, frame);
  const isLoaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  form.submit();
  await isLoaded;
  const image = new Image();
  image.src = `${url}/_sandbox`;
  await image.decode().catch(() => {});
  const ends = await Promise.allSettled(tries);
  return ends.map((end) => (end.status === 'fulfilled' ? String(end.value) : 'failed'));
};

test('a page of another origin cannot control the sandbox, nor read from it', async () => {
  const stage = await openStage();
  const { tmdb } = stage;
  tmdb.addUser({ username: 'ada', password: 'x' });
  await fetch(`${tmdb.url}/3/account`);
  const page = await stage.open();
  expect(await page.evaluate(ATTACK, tmdb.url)).toEqual(['[object Response]', 'failed', 'failed', 'failed']);
  expect(tmdb.users().map(({ username }) => username)).toEqual(['sandra', 'ada']);
  expect(tmdb.requests).toHaveLength(1);
});

test('a page gets nothing from the sandbox when its host name resolves there (DNS rebinding)', async () => {
  const stage = await openStage();
  const { tmdb } = stage;
  tmdb.addUser({ username: 'ada', password: 'x' });
  const rebound = `http://${PLAIN_HTTP_HOST}:${new URL(tmdb.url).port}`;
  const page = await stage.context.newPage();
  // Any document of that origin will do; this one has no policy.
  await page.goto(`${rebound}/3/account`);
  const answers = await page.evaluate(async (url) => {
    const ask = async (path: string, init?: RequestInit) => {
      const response = await fetch(url + path, init);
      return [response.status, (await response.text()).includes('is refused')];
    };
    return [
      await ask('/'),
      await ask('/_sandbox'),
      await ask('/_sandbox/reset', { method: 'POST' }),
      await ask('/_sandbox/requests', { method: 'DELETE' }),
    ];
  }, rebound);
  expect(answers).toEqual([403, 403, 403, 403].map((status) => [status, true]));
  expect(tmdb.users()).toHaveLength(2);
});

test('the sandbox’s own page passes axe in every theme and size, and its policy allows its style', async () => {
  const stage = await openStage();
  const { tmdb } = stage;
  const headers = { authorization: `Bearer ${tmdb.accessToken}` };
  const ask = (path: string) => fetch(tmdb.url + path, { headers });
  const { request_token } = await (await ask('/3/authentication/token/new')).json();
  await ask('/3/authentication/guest_session/new');
  await ask('/3/guest_session/0123456789abcdef0123456789abcdef/rated/movies?sort_by=created_at.asc');
  await ask(`/3/${'a-long-path-'.repeat(20)}`);
  const page = await stage.context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(tmdb.url);
  const text = await page.innerText('main');
  expect(text).toContain('sandra');
  expect(text).toContain('GET /3/guest_session/:guest_session_id/rated/movies');
  expect(await page.content()).not.toContain(request_token);
  expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px');
  expect(complaints).toEqual([]);
  await page.close();
  // axe adds a script, which the policy refuses.
  const context = await stage.context.browser()?.newContext({ bypassCSP: true });
  const seen = await context?.newPage();
  await seen?.goto(tmdb.url);
  if (seen) await look(seen, 'the page at /');
  await context?.close();
});
