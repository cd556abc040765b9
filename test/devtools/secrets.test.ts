import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, openPopup, reaches, storedIn, tokenIn } from '../browser/stage.ts';
import { screenOf, showsState } from './screen.ts';
import { frameIn, type ViewerStage, viewerInChromium } from './viewer.stage.ts';

const stage = viewerInChromium();

/** A password that would differ in a query, so that both forms are searched. */
const WRONG_PASSWORD = 'Ein&Geheimnis?42';
/** The local TMDB's password. */
const PASSWORD = 'sandbox';

/** All text in the document, with shadow roots and input values. */
const documentIn = () => {
  const texts: string[] = [];
  const read = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) texts.push(`${name}=${value}`);
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? '');
      if ('value' in element) texts.push(String(element.value));
      if (element.shadowRoot) read(element.shadowRoot);
    }
  };
  read(document);
  return texts.join('\n');
};

/**
 * An app with its panel, watched by the viewer in a frame and over a socket, and everything that can be seen of it.
 */
async function watched(credential: 'accessToken' | 'apiKey' = 'accessToken') {
  // Resolved when the page is requested, as the local TMDB has started by then.
  const credentials = { toJSON: () => ({ [credential]: on.tmdb[credential] }) };
  const on: ViewerStage = await stage({ options: { credentials } });
  const { context, tmdb, viewer } = on;
  const seen: { where: string; text: string }[] = [];
  const secrets = new Map<string, string>([
    ['access token', tmdb.accessToken],
    ['API key', tmdb.apiKey],
    ['wrong password', WRONG_PASSWORD],
    ['encoded password', encodeURIComponent(WRONG_PASSWORD)],
    ['password', PASSWORD],
  ]);
  const note = (where: string, text: string) => void seen.push({ where, text });

  context.on('console', (message) => note('console', message.text()));
  context.on('request', (request) => {
    if (request.url().startsWith(viewer.url))
      note('request to the viewer', `${request.url()} ${JSON.stringify(request.headers())}`);
  });
  await context.exposeBinding('posted', ({ frame }, text: string) => {
    note(frame.url().startsWith(viewer.url) ? 'message to the viewer' : 'message to the app', text);
  });
  await context.addInitScript(() => {
    const { posted } = window as unknown as { posted(text: string): void };
    window.addEventListener('message', ({ data }) => posted(JSON.stringify(data) ?? ''));
  });
  const listen = (page: Page) =>
    page.on('websocket', (socket) => {
      note('socket', socket.url());
      socket.on('framesent', ({ payload }) => note('socket', String(payload)));
      socket.on('framereceived', ({ payload }) => note('socket', String(payload)));
    });
  context.on('page', listen);

  const alone = await on.openViewer();
  const page = await on.openIdle();
  await page.evaluate((url) => {
    window.openDevtools();
    window.connect(url);
    window.showIn('iframe', url);
  }, viewer.url);
  const frame = await frameIn(page, viewer.url);
  await showsState(frame, 'idle.fresh');
  await showsState(page, 'idle.fresh', 'tmdb-auth-devtools');
  await showsState(alone, 'idle.fresh');

  /** Records everything that is visible in this state, and in all steps before. */
  const look = async (state: string) => {
    const places = [
      { where: 'panel', in: page, within: 'tmdb-auth-devtools' },
      { where: 'viewer in a frame', in: frame, within: '' },
      { where: 'viewer', in: alone, within: '' },
    ];
    const kept = await storedIn(page);
    // Except the return address, which is visible in the address bar anyway.
    for (const [name, secret] of Object.entries(JSON.parse(kept ?? '{}').secrets ?? {}))
      if (typeof secret === 'string' && name !== 'redirectTo')
        secrets.set(`${name} ${secret.slice(0, 4)}`, secret);
    for (const { where, in: place, within } of places) {
      await showsState(place, state, within);
      note(where, await place.evaluate(documentIn));
      const panel = screenOf(place, within);
      for (const row of await panel.steps.getByRole('button').all()) {
        // Clicks by script: the button may be in a hidden part.
        await row.evaluate((button: HTMLElement) => button.click());
        note(where, await place.evaluate(documentIn));
      }
      if (await panel.lookingBack.isVisible())
        await panel.back.evaluate((button: HTMLElement) => button.click());
      const stored = await place.evaluate(() => ({
        session: JSON.stringify({ ...sessionStorage }),
        local: JSON.stringify(Object.entries(localStorage).filter(([key]) => !key.startsWith('tmdb-auth'))),
        records: Object.keys(localStorage).filter((key) => key.startsWith('tmdb-auth')).length,
        address: `${location.href} ${document.referrer} ${document.title} ${document.cookie}`,
      }));
      note(`${where}: sessionStorage`, stored.session);
      note(`${where}: localStorage`, stored.local);
      note(`${where}: address`, stored.address);
      expect(stored.records).toBeLessThanOrEqual(where === 'panel' ? 1 : 0);
    }
  };

  return {
    ...on,
    page,
    secrets,
    look,
    /** The secrets that were seen, each with its place. */
    leaks: () => [
      ...new Set(
        seen.flatMap(({ where, text }) =>
          [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => `${name} in ${where}`),
        ),
      ),
    ],
    /** The places where this was seen. Proves that the search finds something. */
    whereIs: (text: string) =>
      [...new Set(seen.filter((each) => each.text.includes(text)).map(({ where }) => where))].sort(),
  };
}

const EVERYWHERE = ['message to the viewer', 'panel', 'socket', 'viewer', 'viewer in a frame'];

test('panel and viewer show no secret of a sign-in by approval, its use, and the sign-out', async () => {
  const { page, secrets, look, leaks, whereIs } = await watched();
  const popup = await openPopup(page);
  secrets.set('request token', tokenIn(popup));
  await look('awaitingApproval.waiting');
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await look('sessionActive.ready');
  expect([...secrets.keys()].join()).toMatch(/sessionId/);
  await page.evaluate(async () => {
    await window.auth.api('/3/account');
    await window.auth.logout();
  });
  await look('idle.loggedOut');
  expect(leaks()).toEqual([]);
  expect(whereIs('sandra')).toEqual(EVERYWHERE);
});

test('panel and viewer show no secret with an API key as the credential', async () => {
  const { page, tmdb, look, leaks, whereIs } = await watched('apiKey');
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
  expect(await page.evaluate(() => JSON.stringify(CONFIG.credentials))).toContain(tmdb.apiKey);
  await look('sessionActive.ready');
  expect(leaks()).toEqual([]);
  expect(whereIs('sandra')).toEqual(EVERYWHERE);
});

test('panel and viewer show no password, neither a refused nor an accepted one', async () => {
  const { page, secrets, look, leaks, whereIs } = await watched();
  const login = (password: string) =>
    page.evaluate(
      (given) =>
        window.auth.loginWithPassword({ username: 'sandra', password: given }).then(
          () => 'in',
          (error) => String(error.code),
        ),
      password,
    );
  expect(await login(WRONG_PASSWORD)).toBe('invalid_login');
  await look('idle.failed');
  expect(await login(PASSWORD)).toBe('in');
  await reaches(page, 'sessionActive.ready');
  await look('sessionActive.ready');
  expect([...secrets.keys()].join()).toMatch(/sessionId/);
  expect(leaks()).toEqual([]);
  expect(whereIs('sandra')).toEqual(EVERYWHERE);
  expect(whereIs('invalid_login')).toEqual(EVERYWHERE);
});

test('panel and viewer show no secret of a guest who rates, and is rejected', async () => {
  const { page, secrets, look, leaks, whereIs, tmdb } = await watched();
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  await look('guestActive.unused');
  expect([...secrets.keys()].join()).toMatch(/guestId/);
  const rate = () =>
    page.evaluate(() =>
      window.auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } }).then(
        () => 'rated',
        () => 'refused',
      ),
    );
  expect(await rate()).toBe('rated');
  await look('guestActive.used');
  tmdb.clock.advance(48 * 3_600_000);
  expect(await rate()).toBe('refused');
  await look('idle.guestExpired');
  expect(leaks()).toEqual([]);
  expect(whereIs('guestActive')).toEqual(expect.arrayContaining(['panel', 'socket', 'viewer']));
});
