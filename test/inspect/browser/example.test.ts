import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { serveInspectorExample } from '../../../examples/inspector/server.ts';
import { launchChromium, serve } from '../../browser/chromium.ts';
import { keepPainting } from './watch.stage.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

function run(...options: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/inspector/serve.ts', ...options], {
    cwd: REPOSITORY,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close') as Promise<[number | null]>;
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said: () => text, ends: async () => (await ended)[0] };
}

async function start() {
  const example = run();
  await expect.poll(example.said, { timeout: 20_000 }).toMatch(/http:\S+/);
  return { ...example, url: /http:\S+/.exec(example.said())?.[0] ?? '' };
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const pane = (page: Page, name: string) => page.frameLocator(`#${name} iframe`);
/** The lines of that pane, without the answers of the machine's actors. */
const linesIn = async (page: Page, name: string) =>
  (await pane(page, name).locator('li').allTextContents()).filter(
    (line) => !/done\.(?:actor|invoke)\./.test(line),
  );

/** A page in a separate browser context, with the errors, warnings and requests of all its windows. */
async function openPage() {
  const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(20_000);
  await keepPainting(context);
  const messages: string[] = [];
  context.on('console', (message) => {
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad) messages.push(message.text());
  });
  context.on('weberror', (error) => messages.push(String(error.error())));
  const hosts = new Set<string>();
  context.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  return { context, page: await context.newPage(), messages, hosts };
}

const SIGN_IN = [
  'state idle.fresh',
  'event login.start',
  'state tokenRequested.trying',
  'state awaitingApproval.waiting',
  'event approval.granted',
  'state sessionRequested.exchanging',
  'state sessionActive.accountRequested',
  'state sessionActive.ready',
];
const SIGN_OUT = ['event logout', 'state loggingOut', 'state idle.loggedOut'];

test('the example shows a sign-in in all three panes, the classic one signs out, and Ctrl-C stops the example', async () => {
  const example = await start();
  const { page, messages, hosts } = await openPage();
  await page.goto(example.url);
  const status = page.getByRole('status');
  await status.filter({ hasText: 'Nobody is signed in.' }).waitFor();
  for (const name of ['stately', 'classic']) await pane(page, name).getByText('Machine auth').waitFor();

  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Sign in with TMDB' }).click(),
  ]);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await status.filter({ hasText: 'You are signed in.' }).waitFor();
  for (const name of ['stately', 'classic']) await expect.poll(() => linesIn(page, name)).toEqual(SIGN_IN);
  await pane(page, 'viewer').getByText('sessionActive.ready').first().waitFor();

  await pane(page, 'classic').getByRole('button', { name: 'logout' }).click();
  await status.filter({ hasText: '(idle.loggedOut)' }).waitFor();
  await pane(page, 'viewer').getByText('idle.loggedOut').first().waitFor();
  for (const name of ['stately', 'classic'])
    await expect.poll(() => linesIn(page, name)).toEqual([...SIGN_IN, ...SIGN_OUT]);
  await page.getByLabel('Classic inspector').uncheck();
  expect(await page.locator('section:visible h2').allTextContents()).toEqual([
    'Stately Inspector',
    'Local viewer',
  ]);
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(messages).toEqual([]);

  example.child.kill('SIGINT');
  expect(await example.ends()).toBe(0);
  expect(example.said()).toContain('Ended.');
});

test('the example with ?hosted shows the pages of stately.ai', async () => {
  const example = await serveInspectorExample();
  onTestFinished(example.close);
  const { context, page, messages, hosts } = await openPage();
  await context.route('https://stately.ai/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>stately.ai</title>' }),
  );
  await page.goto(`${example.url}?hosted`);
  const addressOf = (name: string) => page.locator(`#${name} iframe`).getAttribute('src');
  await expect.poll(() => addressOf('classic')).toBe('https://stately.ai/viz?inspect');
  expect(await addressOf('stately')).toBe('https://stately.ai/inspect');
  await expect.poll(() => [...hosts]).toContain('stately.ai');
  expect(messages).toEqual([]);
});

const isRefused = async (said: RegExp, code: number, ...options: string[]) => {
  const { ends, said: text } = run(...options);
  expect(await ends()).toBe(code);
  expect(text()).toMatch(said);
  expect(text()).not.toContain('    at ');
};

test('the example refuses wrong arguments and a port in use with a sentence', async () => {
  await isRefused(/^inspector: --port is a number from 0 to 65535, not “http”\./, 2, '--port', 'http');
  await isRefused(/^inspector: Unknown option '--hosted'/, 2, '--hosted');
  await isRefused(/^inspector: Unexpected argument 'now'/, 2, 'now');
  const site = await serve(() => ({ type: 'text/plain', text: '' }));
  onTestFinished(site.close);
  const { port } = new URL(site.url);
  await isRefused(new RegExp(`^inspector: port ${port} is taken\\.`), 1, '--port', port);
});
