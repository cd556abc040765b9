import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { allow, inChromium, rate, reaches, type Stage, signIn } from './stage.ts';

const stage = inChromium();

const ASKED = ['authorization', 'content-type', 'access-control-request-method', 'origin'];
const HOP = /^(connection|keep-alive|transfer-encoding|content-length|content-encoding|cache-control)$/;

/** The sandbox's API with TMDB's caching headers, which make Chromium keep the answer to every GET. */
async function cachedApi() {
  let target: Stage['tmdb'] | null = null;
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const part of request) body.push(part);
    const headers = Object.fromEntries(
      [...ASKED, 'access-control-request-headers'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const answer = await fetch(`${target?.baseURL}${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body.length > 0 && { body: Buffer.concat(body) }),
    });
    for (const [name, value] of answer.headers) if (!HOP.test(name)) response.setHeader(name, value);
    if (request.method === 'GET')
      response.setHeader('cache-control', 'public, max-age=300').setHeader('vary', 'Origin');
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of(tmdb: Stage['tmdb']) {
      target = tmdb;
    },
  };
}

async function app(options: Record<string, unknown> = {}) {
  const api = await cachedApi();
  const on = await stage({ options: { baseURL: api.baseURL, ...options } });
  api.of(on.tmdb);
  const page = await on.open();
  await reaches(page, 'idle.fresh');
  const get = (path: string) => page.evaluate((at) => window.auth.api<unknown>(at), path);
  const asked = (path: string) => on.asked().filter((each) => each === `GET ${path}`).length;
  return { ...on, page, get, asked };
}

test('Chromium caches public data as TMDB says', async () => {
  const { get, asked } = await app();
  await get('/3/movie/550');
  await get('/3/movie/550');
  expect(asked('/3/movie/550')).toBe(1);
});

test('a guest reads the rating just given, not a cached answer from before', async () => {
  const { page, get } = await app();
  await page.click('#guest');
  await reaches(page, 'guestActive');
  expect(await get('/3/movie/550/account_states')).toMatchObject({ rated: false });
  await rate(page, 550, 8);
  expect(await get('/3/movie/550/account_states')).toMatchObject({ rated: { value: 8 } });
});

test('a v4 list shows the film just added, and the next user asks TMDB for it again', async () => {
  const { page, get, asked, tmdb } = await app({ apiVersion: 4, mode: 'popup' });
  const signInBy = async () => {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#login')]);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
  };
  await signInBy();
  const id = await page.evaluate(async () => {
    const body = { name: 'To see', iso_639_1: 'en', public: 0 };
    return (await window.auth.api<{ id: number }>('/4/list', { method: 'POST', body })).id;
  });
  expect(await get(`/4/list/${id}`)).toMatchObject({ results: [] });
  await page.evaluate(async (list) => {
    const body = { items: [{ media_type: 'movie', media_id: 550 }] };
    await window.auth.api(`/4/list/${list}/items`, { method: 'POST', body });
  }, id);
  expect(await get(`/4/list/${id}`)).toMatchObject({ results: [{ id: 550 }] });
  await page.evaluate(() => window.auth.logout());
  const before = asked(`/4/list/${id}`);
  await signInBy();
  await get(`/4/list/${id}`);
  expect(asked(`/4/list/${id}`)).toBe(before + 1);
  expect(tmdb.accessTokens()).toHaveLength(1);
});

test('a v3 user reads their account anew each time, in the same tab and after a reload', async () => {
  const { page, get, asked } = await app();
  await signIn(page);
  await get('/3/account/548/rated/movies');
  await rate(page, 550, 8);
  expect(await get('/3/account/548/rated/movies')).toMatchObject({ results: [{ id: 550, rating: 8 }] });
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  await get('/3/account/548/rated/movies');
  expect(asked('/3/account/548/rated/movies')).toBe(3);
});
