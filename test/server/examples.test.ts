import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createSite as createPages } from '../../examples/server/site.ts';
import { createTelemetry } from '../../examples/server/telemetry.ts';
import { launchChromium } from '../browser/chromium.ts';
import { look } from '../browser/example.look.ts';
import { type Running, startSource, until } from '../node/processes.ts';
import { createSite, ORIGIN, signIn } from './site.ts';

const SITES = ['examples/server/hono.ts', 'examples/server/node.ts'];

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium?.close());

const addressOf = async (site: Running) => {
  const found = () => /The site is at (\S+)/.exec(site.stdout())?.[1];
  await until(found, () => `an address; so far: ${site.stdout()}${site.stderr()}`);
  return found() ?? '';
};

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

describe.each(SITES)('%s', (file) => {
  test('lets a user without scripts sign in, keep a film, sign out, deny, and be a guest', async (context) => {
    const site = startSource(context, file, [], { PORT: '0' });
    const address = await addressOf(site);
    const browsing = await chromium.newContext({ javaScriptEnabled: false });
    onTestFinished(() => browsing.close());
    const page = await browsing.newPage();
    const cookies = async () => (await browsing.cookies(address)).map(({ name }) => name);

    await page.goto(address);
    await press(page, 'Sign in with TMDB');
    await heading(page, 'Allow this app?');
    expect(await browsing.cookies(address)).toMatchObject([
      { name: 'tmdb-auth.pending', httpOnly: true, sameSite: 'Lax', secure: false, path: '/' },
    ]);
    await press(page, 'Allow');
    await heading(page, 'Your favourites');
    expect(page.url()).toBe(address);
    expect(await page.locator('.person').textContent()).toContain('Sandra Box');
    expect((await page.reload())?.headers()).toMatchObject({ 'cache-control': 'no-store' });
    expect(await browsing.cookies(address)).toMatchObject([
      { name: 'tmdb-auth.user', httpOnly: true, sameSite: 'Lax', secure: false, path: '/' },
    ]);

    await press(page, 'Paper Lions: favourite');
    await page.locator('section', { hasText: 'Your favourites' }).getByText('Paper Lions').waitFor();

    await press(page, 'Sign out');
    await heading(page, 'What did you watch?');
    expect(await cookies()).toEqual([]);

    await press(page, 'Sign in with TMDB');
    await press(page, 'Deny');
    expect(await page.getByRole('alert').textContent()).toContain('You did not approve');
    expect(await cookies()).toEqual([]);

    await press(page, 'Continue as guest');
    await heading(page, 'Good evening, guest');
    expect(await cookies()).toEqual(['tmdb-auth.guest']);

    expect(await (await fetch(new URL('/auth/health', address))).json()).toMatchObject({ status: 'ok' });
    site.signal('SIGTERM');
    expect(await site.exit).toEqual({ code: 0, signal: null });
    expect(site.stdout()).toContain('Ended.');
    expect(site.stderr()).toBe('');
  });
});

test('every page of the example passes axe', async (context) => {
  const address = await addressOf(startSource(context, 'examples/server/node.ts', [], { PORT: '0' }));
  // axe is a script, which the policy of the pages blocks.
  const browsing = await chromium.newContext({ bypassCSP: true });
  onTestFinished(() => browsing.close());
  const page = await browsing.newPage();
  await page.goto(`${address}?tmdb_auth_failure=token_expired`);
  await look(page, 'signed out, after a failure');
  await press(page, 'Continue as guest');
  await heading(page, 'Good evening, guest');
  await look(page, 'a guest');
  await press(page, 'Sign in with TMDB');
  await press(page, 'Allow');
  await heading(page, 'Your favourites');
  await press(page, 'Paper Lions: favourite');
  await look(page, 'a user');
  await page.goto(`${address}missing`);
  await look(page, 'an unknown address');
});

test('the header of a signed-in user is one row on a phone', async (context) => {
  const address = await addressOf(startSource(context, 'examples/server/node.ts', [], { PORT: '0' }));
  const browsing = await chromium.newContext({ viewport: { width: 390, height: 844 } });
  onTestFinished(() => browsing.close());
  const page = await browsing.newPage();
  await page.goto(address);
  await press(page, 'Sign in with TMDB');
  await press(page, 'Allow');
  await heading(page, 'Your favourites');
  const middles = await page.locator('header > *').evaluateAll((parts) =>
    parts.map((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return Math.round((top + bottom) / 2);
    }),
  );
  expect(middles).toHaveLength(3);
  expect(new Set(middles).size, String(middles)).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

describe('the pages of the example', () => {
  const open = async (users?: { username: string; password: string; name: string }[]) => {
    const site = await createSite({}, users ? { users } : {});
    const handler = site.instance();
    const pages = createPages(handler, ORIGIN);
    const browser = site.browser(handler);
    const start = (path = '/') =>
      pages.start(
        new Request(ORIGIN + path, {
          headers: { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        }),
      );
    return { site, pages, browser, start };
  };

  test('show any name as text', async () => {
    const name = `<img src=x onerror="alert('1')">&`;
    const { site, browser, start } = await open([{ username: 'mallory', password: 'x', name }]);
    await signIn(site, browser);
    const text = await (await start()).text();
    expect(text).toContain('&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;');
    expect(text).not.toContain('<img');
  });

  test('explain a failure in the address only if it is a known code', async () => {
    const { start } = await open();
    expect(await (await start('/?tmdb_auth_failure=<b>call 555</b>')).text()).not.toContain('555');
    expect(await (await start('/?tmdb_auth_failure=timeout')).text()).toContain('did not answer in time');
  });

  test('notice a revoked session, forget it and say so', async () => {
    const { site, browser, start } = await open();
    await signIn(site, browser);
    site.tmdb.revoke();
    const told = await start();
    expect(told.status).toBe(303);
    expect(told.headers.get('location')).toBe(`${ORIGIN}/?tmdb_auth_failure=session_invalid`);
    expect(told.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-tmdb-auth\.user=;.*Max-Age=0/),
    ]);
  });

  test('accept no favourite from a form of another site', async () => {
    const { site, pages, browser } = await open();
    await signIn(site, browser);
    const [[name, value]] = [...browser.cookies] as [[string, string]];
    const post = (origin: string) =>
      pages.favourite(
        new Request(`${ORIGIN}/favourite`, {
          method: 'POST',
          headers: { origin, cookie: `${name}=${value}` },
          body: new URLSearchParams({ film: '550', keep: 'true' }),
        }),
      );
    expect((await post('https://evil.example')).status).toBe(403);
    expect(site.tmdb.account().favorites).toEqual([]);
    expect((await post(ORIGIN)).status).toBe(303);
    expect(site.tmdb.account().favorites).toEqual([{ media_type: 'movie', media_id: 550 }]);
  });
});

test('telemetry.ts records a span and two metrics for every request', async () => {
  const spans = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  metrics.setGlobalMeterProvider(meters);
  onTestFinished(async () => {
    await meters.shutdown();
    trace.disable();
    metrics.disable();
  });

  const site = await createSite({ onEvent: createTelemetry() });
  const browser = site.browser();
  await signIn(site, browser);
  await browser.follow('/auth/callback?returnTo=/');
  await browser.submit('/auth/logout', {}, { origin: 'https://evil.example' });
  await browser.follow('/auth/../nothing/here');

  expect(spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      'GET login',
      {
        route: 'login',
        status: 303,
        failure: 'none',
        'tmdb_auth.states': ['restoring', 'idle.fresh', 'tokenRequested.trying', 'awaitingApproval.waiting'],
        'tmdb_auth.tmdb_requests': 1,
      },
    ],
    ['GET callback', expect.objectContaining({ status: 303, 'tmdb_auth.tmdb_requests': 2 })],
    ['GET callback', expect.objectContaining({ status: 303, failure: 'callback_invalid' })],
    ['POST logout', expect.objectContaining({ status: 403, failure: 'cross_site' })],
    ['GET none', expect.objectContaining({ status: 404, failure: 'not_found' })],
  ]);

  await meters.forceFlush();
  const collected = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
  const points = (name: string) =>
    collected
      .find(({ descriptor }) => descriptor.name === name)
      ?.dataPoints.map(({ attributes, value }) => [attributes, value]);
  expect(points('tmdb_auth.requests')).toContainEqual([{ route: 'login', status: 303, failure: 'none' }, 1]);
  expect(points('tmdb_auth.requests')).toHaveLength(5);
  expect(points('tmdb_auth.duration')).toContainEqual([
    { route: 'callback' },
    expect.objectContaining({ count: 2 }),
  ]);
});
