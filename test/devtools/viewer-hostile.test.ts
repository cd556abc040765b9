import { describe, expect, test } from 'vitest';
import { reaches } from '../browser/stage.ts';
import { actorMessage, CONTEXT, snapshotMessage } from './helpers.ts';
import { screenOf, showsState, whatOf } from './screen.ts';
import { beginning, frameIn, namesIn, programFor, viewerInChromium } from './viewer.stage.ts';

const stage = viewerInChromium();

const HTML = '<img src=x onerror="window.hacked = true">';

const snapshotWith = (context: object) => ({
  snapshot: { status: 'active', value: { idle: 'fresh' }, context: { ...CONTEXT, ...context } },
});

const facts = (more: object) => snapshotWith({ facts: { ...CONTEXT.facts, ...more } });

const HOSTILE: [string, object][] = [
  ['no snapshot', { snapshot: undefined }],
  ['a snapshot that is null', { snapshot: null }],
  ['a snapshot that is text', { snapshot: 'x' }],
  ['no state', { snapshot: { status: 'active', context: CONTEXT } }],
  ['a state that is a number', { snapshot: { status: 'active', value: 1e300, context: CONTEXT } }],
  ['a state that is null', { snapshot: { status: 'active', value: null, context: CONTEXT } }],
  ['a state named like a method', { snapshot: { status: 'active', value: 'constructor', context: CONTEXT } }],
  [
    'a state with HTML and a quotation mark',
    { snapshot: { status: 'active', value: `"]${HTML}`, context: CONTEXT } },
  ],
  ['no context', { snapshot: { status: 'active', value: 'restoring' } }],
  ['a context that is null', { snapshot: { status: 'active', value: 'restoring', context: null } }],
  [
    'a context without facts',
    { snapshot: { status: 'active', value: 'restoring', context: { failure: null } } },
  ],
  ['facts that are null', snapshotWith({ facts: null })],
  ['a failure that is text', snapshotWith({ failure: HTML })],
  ['a failure without a message', snapshotWith({ failure: {} })],
  ['a token whose end is text', facts({ token: { expiresAt: 'x' } })],
  ['a token that ends very late', facts({ token: { requestedAt: 0, expiresAt: 1e300 } })],
  ['a guest that is a number', facts({ guest: 1 })],
  ['a session that is a list', facts({ session: [1, 2] })],
  ['no event', { event: undefined }],
  ['an event that is null', { event: null }],
  ['an event whose type is a number', { event: { type: 5 } }],
  ['an event with HTML', { event: { type: HTML } }],
  ['no time', { createdAt: undefined }],
  ['a time that is text', { createdAt: HTML }],
  ['a time beyond all calendars', { createdAt: '1e300' }],
  ['an infinite time', { createdAt: 'Infinity' }],
  ['moves that are text', { moves: 'moves' }],
  ['moves that are a number', { moves: 5 }],
  ['empty moves', { moves: [null, 1, {}] }],
  ['a move with a quotation mark', { moves: [{ key: '"] , [x="', guard: HTML }] }],
  ['a view that is text', { view: 'x' }],
  ['a view with HTML', { view: { status: HTML, state: HTML, [HTML]: HTML } }],
  ['a view with huge numbers', { view: { status: 'user', expiresAt: 1e300, pollUntil: -1e300 } }],
  ['no session', { sessionId: undefined }],
  ['an unknown type', { type: '@xstate.unknown' }],
];

describe('hostile messages to the viewer', () => {
  test.each(HOSTILE)('do not keep the next good message from being drawn: %s', async (_name, broken) => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const program = await programFor(viewer);
    program.say(...beginning('restoring'));
    await showsState(page, 'restoring');
    program.say({ ...snapshotMessage({ idle: 'fresh' }, 'retry'), ...broken });
    program.say(snapshotMessage({ idle: 'loggedOut' }, 'logout'));
    await showsState(page, 'idle.loggedOut');
    await expect.poll(() => whatOf(page).then(([latest]) => latest)).toBe('The app asked to sign out');
    // Every step can still be opened.
    for (const row of await screenOf(page).steps.getByRole('button').all()) await row.click();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(errors).toEqual([]);
  });

  test.each([
    ['HTML', HTML],
    ['very long', 'long '.repeat(2_000)],
    ['none', null],
    ['no text', { toString: 'x' }],
  ])('cannot break the page by a name that is %s', async (_name, name) => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const one = await programFor(viewer);
    one.say(...beginning('restoring', { name }));
    const two = await programFor(viewer);
    two.say(...beginning({ idle: 'fresh' }, { name: 'two' }));
    await expect.poll(() => namesIn(page)).toContain('two');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test('cannot reverse the text around a name: control characters are shown as codes', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const name = 'one\u202eeno\u2066\u001b[2J';
    const program = await programFor(viewer);
    const account = { id: 1, username: name, name, language: 'en', country: 'US', avatar: null };
    program.say(
      actorMessage({ name }),
      snapshotMessage({ idle: 'fresh' }, 'xstate.init', facts({ account })),
    );
    await showsState(page, 'idle.fresh');
    await expect.poll(() => namesIn(page)).toEqual(['one<U+202E>eno<U+2066>␛[2J']);
    expect(await page.locator('body').innerText()).not.toMatch(/[\u202e\u2066]/);
  });

  test('from many clients leave only the last 30 in the page', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    for (let round = 0; round < 40; round++) {
      const program = await programFor(viewer);
      program.say(...beginning({ idle: 'fresh' }, { name: `client ${round}` }));
      await expect.poll(() => namesIn(page)).toContain(`client ${round}`);
      program.leave();
      await expect.poll(() => namesIn(page)).toContain(`client ${round} (gone)`);
    }
    expect(await namesIn(page)).toHaveLength(30);
  });

  test('do not keep their client from being drawn once it sends a good one', async () => {
    const { openViewer, viewer } = await stage();
    const page = await openViewer();
    const program = await programFor(viewer);
    program.say({ type: '@xstate.snapshot' }, { type: '@xstate.actor' }, { type: '@xstate.' });
    program.say(...beginning('restoring'));
    await showsState(page, 'restoring');
  });

  test('from the page around it are ignored unless they are an inspector’s', async () => {
    const { openIdle, viewer } = await stage();
    const page = await openIdle();
    await page.evaluate((url) => window.showIn('iframe', url), viewer.url);
    const frame = await frameIn(page, viewer.url);
    await showsState(frame, 'idle.fresh');
    await page.evaluate(() => {
      const target = window.frames[0];
      const none: unknown[] = [
        null,
        1,
        'x',
        [],
        {},
        { type: null },
        { type: {} },
        { type: '@xstate' },
        { type: 'gone' },
      ];
      for (const message of none) target?.postMessage(message, '*');
    });
    await page.click('#guest');
    await reaches(page, 'guestActive.unused');
    await showsState(frame, 'guestActive.unused');
    expect(await frame.locator('option').allTextContents()).toEqual(['auth']);
  });
});
