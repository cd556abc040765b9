import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { reaches, viewOf } from '../../browser/stage.ts';
import { anotherSite, frameOf, isHeard, sentTo, watched } from './watch.stage.ts';

const stage = watched('classic');

const GUEST = ['guest.start', 'xstate.done.actor.createGuest'];
const GUEST_LINES = [
  'register auth in idle.fresh',
  'event guest.start',
  'state guestRequested.trying',
  'event done.invoke.createGuest',
  'state guestActive.unused',
];

async function begin(shown: 'iframe' | 'popup' = 'iframe') {
  const stand = await stage();
  const page = await stand.openIdle();
  await stand.watch(page, shown);
  await stand.arrives('register auth in idle.fresh');
  const viewer = await stand.viewer();
  const before = (await sentTo(page)).length;
  return { ...stand, page, viewer, sent: async () => (await sentTo(page)).slice(before) };
}

/** The message that the viewer posts to send this event. */
const commandOf = (page: Page, event: { type: string }) =>
  page.evaluate(
    (data) => ({
      type: 'xstate.event',
      event: JSON.stringify({
        name: data.type,
        data,
        $$type: 'scxml',
        type: 'external',
        origin: window.auth.actor.sessionId,
      }),
      service: window.auth.actor.sessionId,
    }),
    event,
  );

const post = (frame: Frame, message: object) =>
  frame.evaluate((posted) => void window.parent.postMessage(posted, '*'), message);

for (const shown of ['iframe', 'popup'] as const) {
  test(`an event from the viewer reaches the machine once and is reported once, in a ${shown}`, async () => {
    const { page, viewer, arrives, lines, sent } = await begin(shown);
    await viewer.evaluate(() => window.sendEvent({ type: 'guest.start' }));
    await arrives('state guestActive.unused');
    expect(await sent()).toEqual(GUEST);
    expect(lines()).toEqual(GUEST_LINES);
    expect(await viewOf(page)).toMatchObject({ status: 'guest' });

    await viewer.evaluate(() => window.sendEvent({ type: 'logout' }));
    await arrives('event logout');
    await reaches(page, 'idle.loggedOut');
    // The same type again is another event.
    await viewer.evaluate(() => window.sendEvent({ type: 'guest.start' }));
    await reaches(page, 'guestActive.unused');
    await expect.poll(lines).toHaveLength(11);
    expect(lines().slice(5)).toEqual(['event logout', 'state idle.loggedOut', ...GUEST_LINES.slice(1)]);
  });
}

/** A frame of another site in the app's page, e.g. an advertisement. */
async function intruderIn(page: Page): Promise<Frame> {
  const other = await anotherSite();
  await page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src }));
  }, other.url);
  return frameOf(() => [page], other.url);
}

test('an event from a frame of another site changes nothing', async () => {
  const { page, viewer, sent, arrives, lines } = await begin();
  const intruder = await intruderIn(page);
  const command = await commandOf(page, { type: 'guest.start' });

  await post(intruder, command);
  await post(intruder, { type: 'xstate.inspecting' });
  await post(intruder, command);
  await isHeard(page, intruder);
  expect(await sent()).toEqual([]);
  expect((await viewOf(page)).state).toBe('idle.fresh');

  await post(viewer, command);
  await arrives('state guestActive.unused');
  expect(await sent()).toEqual(GUEST);
  expect(lines()).toEqual(GUEST_LINES);
});

for (const type of ['disconnect', 'service.stop']) {
  test(`a message from a frame of another site does not stop or break the inspector: ${type}`, async () => {
    const { page, arrives, lines } = await begin();
    const intruder = await intruderIn(page);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await post(intruder, { type });
    await isHeard(page, intruder);
    await page.click('#guest');
    await reaches(page, 'guestActive.unused');
    await arrives('state guestActive.unused');
    expect(lines()).toEqual(GUEST_LINES);
    expect(errors).toEqual([]);
  });
}

test('dispose() ends the connection: the viewer is told and can send nothing more', async () => {
  const { page, viewer, lines, arrives, sent } = await begin();
  await page.evaluate(() => window.auth.dispose());
  await arrives('service.stop');
  await viewer.evaluate(() => window.sendEvent({ type: 'guest.start' }));
  await isHeard(page, viewer);
  expect(await sent()).toEqual([]);
  expect(lines()).not.toContain('event guest.start');
});

const FACTS = { token: null, exchanging: false, session: null, account: null, guest: null };
const NOT_FOR_PEOPLE = [
  {
    type: 'record.changed',
    output: { at: 0, facts: { ...FACTS, session: { createdAt: 0, expiresAt: null } } },
  },
  { type: 'record.failed', failure: { code: 'unexpected', message: '', retryable: false } },
  { type: 'login.password' },
  { type: 'session.adopt' },
  { type: 'approval.blocked', failure: { code: 'unexpected', message: '', retryable: false } },
  { type: 'xstate.done.actor.requestToken', output: {} },
  { type: 'done.invoke.requestToken', output: {} },
  { type: 'xstate.error.actor.restore', error: {} },
  { type: 'xstate.init' },
  { type: 'xstate.stop' },
  { type: '*' },
  { type: 'toString' },
];

test('events that must not be sent by hand change nothing', async () => {
  const { page, viewer, sent, arrives } = await begin();
  for (const event of NOT_FOR_PEOPLE) {
    await viewer.evaluate((each) => window.sendEvent(each), event);
    // Unwrapped, a form that the inspector accepts, too.
    await post(viewer, {
      type: 'xstate.event',
      event: JSON.stringify({ ...event, origin: await page.evaluate(() => window.auth.actor.sessionId) }),
    });
  }
  await isHeard(page, viewer);
  expect(await sent()).toEqual([]);
  expect((await viewOf(page)).state).toBe('idle.fresh');
  await viewer.evaluate(() => window.sendEvent({ type: 'guest.start' }));
  await arrives('state guestActive.unused');
  expect(await sent()).toEqual(GUEST);
});

test('data that comes with an event is dropped', async () => {
  const { page, viewer, arrives } = await begin();
  await viewer.evaluate(() =>
    window.sendEvent({ type: 'guest.start', output: 'forged' } as { type: string }),
  );
  await arrives('state guestActive.unused');
  const events = await page.evaluate(() => window.sent);
  expect(events).toContain('{"type":"guest.start"}');
});

test('after disconnect() the viewer can change nothing', async () => {
  const { page, viewer, sent } = await begin();
  await page.evaluate(() => window.disconnect());
  await viewer.evaluate(() => window.sendEvent({ type: 'guest.start' }));
  await isHeard(page, viewer);
  expect(await sent()).toEqual([]);
  expect((await viewOf(page)).state).toBe('idle.fresh');
});
