import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectViewer } from '../../src/tools/inspect/node/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { allow, openPopup, reaches } from '../browser/stage.ts';
import { shownUrl } from '../cli/run.ts';
import { ended } from '../core/helpers.ts';
import { act, start } from '../node/processes.ts';
import { MINUTE } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';
import { CONTEXT, snapshotMessage } from './helpers.ts';
import { findingsInAllLooks, screenOf, showsState, whatOf } from './screen.ts';
import { beginning, frameIn, namesIn, programFor, siteOf, viewerInChromium } from './viewer.stage.ts';

const stage = viewerInChromium();

afterEach(() => {
  vi.useRealTimers();
});

const pickerOf = (page: Page) => page.getByRole('combobox', { name: 'Client' });

const noticeOf = (page: Page) => page.locator('.screen > p.then[role=status]');

const WHOLE_LOGIN = [
  'First seen here',
  'The stored record was read',
  'The app asked to sign in',
  'TMDB issued a request token',
  'TMDB sent the user back: approved',
  'TMDB exchanged the request token',
  'The account was read',
];

describe('a client in Node, on the viewer’s page,', () => {
  test('is seen live, from its first moment to the account', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    expect(await noticeOf(page).innerText()).toContain('Waiting for a client');
    expect(await screenOf(page).state.textContent()).toBe('No client yet');
    const world = await createWorld();
    const auth = world.client();
    connectViewer(auth, { url: viewer.url, name: 'a Node client' });
    await showsState(page, 'idle.fresh');
    expect(await noticeOf(page).isVisible()).toBe(false);
    await world.signIn(auth);
    await showsState(page, 'sessionActive.ready');
    expect((await whatOf(page)).reverse()).toEqual(WHOLE_LOGIN);
    const panel = screenOf(page);
    expect(await panel.status.textContent()).toBe('user');
    expect(await panel.value('account.username').textContent()).toBe('sandra');
    expect(await panel.active()).toEqual(['sessionActive', 'sessionActive.ready']);
    const moves = ['sessionActive.accountRequested|done:done|sessionActive.ready'];
    expect(await panel.traces(...moves)).toEqual({ traced: expect.any(Number), wrong: [] });
    // The viewer is read-only: it has no buttons for events.
    expect(await panel.events.count()).toBe(0);
    // By the client's clock, which is simulated.
    expect(await panel.steps.locator('time').first().getAttribute('datetime')).toMatch(/^2026-11-23T12:/);
    expect(await namesIn(page)).toEqual(['a Node client']);
    expect(await pickerOf(page).isVisible()).toBe(false);
  });

  test('is shown completely in a page that is opened late', async () => {
    const { openViewer, viewer } = await stage();
    const world = await createWorld();
    const auth = world.client();
    connectViewer(auth, { url: viewer.url });
    await world.signIn(auth);
    await world.reaches(auth, 'sessionActive.ready');
    const early = await openViewer();
    await showsState(early, 'sessionActive.ready');
    const late = await openViewer();
    await showsState(late, 'sessionActive.ready');
    expect((await whatOf(late)).reverse()).toEqual(WHOLE_LOGIN);
    await ended(world, auth.logout());
    await Promise.all([showsState(early, 'idle.loggedOut'), showsState(late, 'idle.loggedOut')]);
  });

  test('has half its time left in a page that is opened half an hour late', async () => {
    const { context, openViewer, viewer } = await stage();
    const early = await openViewer();
    const program = await programFor(viewer);
    const began = Date.now();
    const token = { requestedAt: began, expiresAt: began + 60 * MINUTE };
    const waiting = { awaitingApproval: 'waiting' };
    const [actor, snapshot] = beginning(waiting, { createdAt: String(began) });
    const { facts } = CONTEXT;
    const told = { status: 'active', value: waiting, context: { ...CONTEXT, facts: { ...facts, token } } };
    program.say(actor, { ...snapshot, snapshot: told, createdAt: String(began) });
    await showsState(early, 'awaitingApproval.waiting');
    expect(await screenOf(early).countdown.textContent()).toMatch(/^(1:00:00|59:\d\d) left$/);
    vi.useFakeTimers({ toFake: ['Date'], now: began + 30 * MINUTE });
    await context.clock.setSystemTime(began + 30 * MINUTE);
    const late = await openViewer();
    await showsState(late, 'awaitingApproval.waiting');
    expect(await screenOf(late).countdown.textContent()).toMatch(/^(30:00|29:\d\d) left$/);
  });

  test('is marked as gone after its end, and can still be read', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const world = await createWorld();
    const auth = world.client();
    connectViewer(auth, { url: viewer.url });
    await showsState(page, 'idle.fresh');
    auth.dispose();
    const panel = screenOf(page);
    await expect.poll(() => panel.status.textContent()).toBe('signedOut · gone');
    expect(await namesIn(page)).toEqual(['auth (gone)']);
    expect((await whatOf(page)).reverse()).toEqual(WHOLE_LOGIN.slice(0, 2));
  });

  test('is marked as gone when its process ends without notice', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const program = await programFor(viewer);
    program.say(...beginning('restoring'));
    await showsState(page, 'restoring');
    program.leave();
    await expect.poll(() => namesIn(page)).toEqual(['auth (gone)']);
  });

  test('is shown if it is the newest, until the user chooses another one, which stays chosen', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const one = await programFor(viewer);
    one.say(...beginning('restoring', { name: 'one' }));
    await showsState(page, 'restoring');
    const two = await programFor(viewer);
    two.say(...beginning({ idle: 'fresh' }, { name: 'two' }));
    await showsState(page, 'idle.fresh');
    expect(await namesIn(page)).toEqual(['one', 'two']);
    await pickerOf(page).selectOption({ label: 'one' });
    await showsState(page, 'restoring');
    two.say(snapshotMessage({ idle: 'failed' }, 'retry'));
    one.say(snapshotMessage({ idle: 'loggedOut' }, 'logout'));
    await showsState(page, 'idle.loggedOut');
    const three = await programFor(viewer);
    three.say(...beginning({ idle: 'tokenExpired' }, { name: 'three' }));
    await expect.poll(() => namesIn(page)).toEqual(['one', 'two', 'three']);
    expect(await screenOf(page).state.textContent()).toBe('idle.loggedOut');
    await pickerOf(page).selectOption({ label: 'two' });
    await showsState(page, 'idle.failed');
    expect(await screenOf(page).steps.count()).toBe(2);
  });

  test('does not take the focus from the picker by its messages', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const one = await programFor(viewer);
    const two = await programFor(viewer);
    one.say(...beginning('restoring', { name: 'one' }));
    await showsState(page, 'restoring');
    two.say(...beginning('restoring', { name: 'two' }));
    await expect.poll(() => namesIn(page)).toEqual(['one', 'two']);
    await pickerOf(page).focus();
    await page.keyboard.press('ArrowUp');
    two.say(snapshotMessage({ idle: 'fresh' }, 'retry'));
    one.say(snapshotMessage({ idle: 'failed' }, 'retry'));
    await showsState(page, 'idle.failed');
    expect(await pickerOf(page).evaluate((picker) => picker === document.activeElement)).toBe(true);
  });

  test('stays readable when the viewer stops, and the page says so', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const program = await programFor(viewer);
    program.say(...beginning('restoring'));
    await showsState(page, 'restoring');
    await viewer.close();
    await expect.poll(() => noticeOf(page).isVisible()).toBe(true);
    expect(await noticeOf(page).textContent()).toMatch(/^The viewer was stopped/);
    expect(await screenOf(page).state.textContent()).toBe('restoring');
  });
});

test('the command is seen live on the viewer’s page, and marked as gone when it is done', async (context) => {
  const { openViewer, viewer } = await stage();
  const page = await openViewer();
  const tmdb = await startSandbox();
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  onTestFinished(async () => {
    await tmdb.close();
    await rm(folder, { recursive: true, force: true });
  });
  const args = ['login', '--no-browser', '--inspect', viewer.url, '--folder', folder];
  const command = start(context, process.execPath, ['dist/src/tools/cli/main.js', ...args], {
    HOME: folder,
    TMDB_BASE_URL: tmdb.baseURL,
    TMDB_WEB_URL: tmdb.webURL,
    TMDB_ACCESS_TOKEN: tmdb.accessToken,
  });
  const approvalUrl = await shownUrl(command);
  await showsState(page, 'awaitingApproval.waiting');
  const left = screenOf(page).countdown;
  await expect.poll(() => left.textContent()).toMatch(/^(1:00:00|59:\d\d) left$/);
  await act(approvalUrl, 'allow');
  await showsState(page, 'sessionActive.ready');
  expect((await command.exit).code).toBe(0);
  await expect.poll(() => screenOf(page).status.textContent()).toBe('user · gone');
  const what = (await whatOf(page)).reverse();
  expect(what.slice(0, 4)).toEqual(WHOLE_LOGIN.slice(0, 4));
  // A command receives no return, so it polls.
  const polls = ['Time to ask TMDB again', 'Not approved yet'];
  expect(what.slice(4).filter((each) => !polls.includes(each))).toEqual([
    'The user approved, and TMDB made a session',
    'The account was read',
  ]);
  expect(await page.locator('.timeline li.failed').count()).toBe(0);
});

describe('the viewer in a frame, or opened by a page,', () => {
  test('draws an allowed app through the browser inspector of @statelyai/inspect', async () => {
    const { openIdle, viewer } = await stage();
    const page = await openIdle();
    await page.evaluate((url) => window.showIn('iframe', url), viewer.url);
    const frame = await frameIn(page, viewer.url);
    await showsState(frame, 'idle.fresh');
    await allow(await openPopup(page));
    await reaches(page, 'sessionActive.ready');
    await showsState(frame, 'sessionActive.ready');
    expect((await whatOf(frame)).reverse()).toEqual(['First seen here', ...WHOLE_LOGIN.slice(2)]);
    // No view is sent by that inspector, so the context is shown instead.
    expect(await screenOf(frame).value('facts.account.username').textContent()).toBe('sandra');
    expect(await screenOf(frame).active()).toEqual(['sessionActive', 'sessionActive.ready']);
  });

  test('draws an allowed app in a window that the app opens', async () => {
    const { openIdle, viewer } = await stage();
    const page = await openIdle();
    const opened = page.waitForEvent('popup');
    await page.evaluate((url) => window.showIn('window', url), viewer.url);
    const shown = await opened;
    await showsState(shown, 'idle.fresh');
    await page.click('#guest');
    await reaches(page, 'guestActive.unused');
    await showsState(shown, 'guestActive.unused');
  });

  test('shows an app twice if it is connected over the socket and in a frame', async () => {
    const { openIdle, openViewer, viewer } = await stage();
    const page = await openIdle();
    await page.evaluate((url) => {
      window.connect(url);
      window.showIn('iframe', url);
    }, viewer.url);
    const frame = await frameIn(page, viewer.url);
    await expect.poll(() => frame.locator('option').count()).toBe(2);
    const alone = await openViewer();
    await showsState(alone, 'idle.fresh');
    expect(await alone.locator('option').count()).toBe(1);
  });

  test.each(['of another origin', 'of the app’s own origin'])(
    'does not listen to another frame in the app’s page, %s',
    async (whose) => {
      const { openIdle, viewer } = await stage();
      const page = await openIdle();
      await page.evaluate((url) => window.showIn('iframe', url), viewer.url);
      const frame = await frameIn(page, viewer.url);
      await showsState(frame, 'idle.fresh');
      const isOther = whose === 'of another origin';
      const src = isOther ? await siteOf('an advertisement') : '';
      await page.evaluate((address) => {
        const iframe = document.createElement('iframe');
        if (address) iframe.src = address;
        else iframe.srcdoc = '<p>a part of the app</p>';
        document.body.append(iframe);
      }, src);
      const otherFrame = await frameIn(page, isOther ? src : 'about:srcdoc');
      const evil = beginning({ idle: 'failed' }, { name: 'evil' });
      await otherFrame.evaluate((messages) => {
        for (const message of messages) window.parent.frames[0]?.postMessage(message, '*');
      }, evil);
      // The client's own message is drawn after it, and nothing of the other frame's.
      await page.click('#guest');
      await reaches(page, 'guestActive.unused');
      await showsState(frame, 'guestActive.unused');
      expect(await whatOf(frame)).toHaveLength(3);
      expect(await frame.locator('option').allTextContents()).toEqual(['auth']);
    },
  );

  test('does not listen to a page that was not allowed, in the window which that page opens', async () => {
    const { context, viewer } = await stage();
    const page = await context.newPage();
    await page.goto(await siteOf(''));
    const opened = page.waitForEvent('popup');
    await page.evaluate((url) => void Object.assign(window, { shown: window.open(url) }), viewer.url);
    const shown = await opened;
    await shown.locator('.screen').waitFor();
    await page.evaluate(
      (messages) => {
        const { shown: target } = window as unknown as { shown: Window };
        for (const message of messages) target.postMessage(message, '*');
      },
      beginning({ idle: 'failed' }),
    );
    const program = await programFor(viewer);
    program.say(...beginning('restoring'));
    await showsState(shown, 'restoring');
    expect(await shown.locator('option').count()).toBe(1);
  });

  test('cannot be framed by a page that was not allowed, not even around an allowed one', async () => {
    const { context, site, viewer, said } = await stage();
    const page = await context.newPage();
    for (const src of [viewer.url, site.url]) {
      await page.goto(await siteOf(`<iframe src="${src}"></iframe>`));
      if (src === site.url) {
        const app = await frameIn(page, site.url);
        await app.waitForFunction(() => window.auth?.getView().state === 'idle.fresh');
        await app.evaluate((url) => window.showIn('iframe', url), viewer.url);
      }
      await expect.poll(() => said.filter((text) => text.includes('frame-ancestors'))).not.toEqual([]);
      for (const frame of page.frames()) expect(await frame.locator('.screen').count()).toBe(0);
      // Chromium's own message about the policy is expected, and nothing else.
      const others = said.splice(0).filter((text) => !text.includes('frame-ancestors'));
      expect(others).toEqual([]);
    }
  });

  test('cannot be framed by other pages if no page was allowed', async () => {
    const { context, viewer, said, site } = await stage({ isAllowed: false });
    const page = await context.newPage();
    await page.goto(await siteOf(`<iframe src="${viewer.url}"></iframe>`));
    await expect.poll(() => said.filter((text) => text.includes('frame-ancestors'))).not.toEqual([]);
    expect(await page.frames().at(-1)?.locator('.screen').count()).toBe(0);
    said.splice(0);
    expect(site.url).not.toBe(viewer.url);
  });
});

describe('axe on the viewer’s page', () => {
  test('finds nothing while there is no client, nor when the viewer is stopped', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    expect.soft(await findingsInAllLooks(page), 'waiting').toEqual([]);
    await viewer.close();
    await expect.poll(() => noticeOf(page).textContent()).toMatch(/^The viewer was stopped/);
    expect.soft(await findingsInAllLooks(page), 'stopped').toEqual([]);
  });

  test('finds nothing with one client, with several, with one that is gone, or in an earlier step', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const world = await createWorld();
    const auth = world.client();
    connectViewer(auth, { url: viewer.url });
    await showsState(page, 'idle.fresh');
    await world.signIn(auth);
    await showsState(page, 'sessionActive.ready');
    expect.soft(await findingsInAllLooks(page), 'one').toEqual([]);
    const guest = world.client({ storage: { get: () => null, set: () => {}, remove: () => {} } });
    connectViewer(guest, { url: viewer.url, name: 'a client with a rather long name' });
    await ended(world, guest.loginAsGuest());
    await showsState(page, 'guestActive.unused');
    expect.soft(await findingsInAllLooks(page), 'two').toEqual([]);
    await screenOf(page).step(1).getByRole('button').click();
    expect.soft(await findingsInAllLooks(page), 'looking back').toEqual([]);
    guest.dispose();
    await expect.poll(() => namesIn(page).then((names) => names.at(-1))).toContain('(gone)');
    expect.soft(await findingsInAllLooks(page), 'gone').toEqual([]);
  });
});
