import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { authMachine } from '../../../machines/index.ts';
import { allow, openPopup, reaches, reachesTmdb, tokenIn } from '../../browser/stage.ts';
import { logout, sessionIdIn, watched } from './watch.stage.ts';

const stage = watched('stately');

const actor = (id: string) => `actor ${id}`;
const done = (id: string) => `event xstate.done.actor.${id}`;

const UNTIL_APPROVAL = [
  'event login.start',
  actor('requestToken'),
  'state tokenRequested.trying',
  done('requestToken'),
  'state awaitingApproval.waiting',
];
const AFTER_APPROVAL = [
  'event approval.granted',
  actor('createSession'),
  'state sessionRequested.exchanging',
  done('createSession'),
  actor('fetchAccount'),
  'state sessionActive.accountRequested',
  done('fetchAccount'),
  'state sessionActive.ready',
];
const SIGN_OUT = [
  'event logout',
  actor('deleteSession'),
  'state loggingOut',
  done('deleteSession'),
  'state idle.loggedOut',
];

for (const shown of ['iframe', 'popup'] as const) {
  test(`the Stately inspector shows a sign-in by popup and the sign-out in order, without a secret, in a ${shown}`, async () => {
    const { openIdle, watch, arrivals, lines, arrives, tmdb } = await stage();
    const page = await openIdle();
    await watch(page, shown);
    await arrives('state idle.fresh');
    const popup = await openPopup(page);
    const token = tokenIn(popup);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    const sessionId = await sessionIdIn(page);
    await logout(page);
    await arrives('state idle.loggedOut');
    expect(lines()).toEqual([
      'actor auth',
      'state idle.fresh',
      ...UNTIL_APPROVAL,
      ...AFTER_APPROVAL,
      ...SIGN_OUT,
    ]);

    const told = arrivals.map(({ raw }) => raw).join('\n');
    expect(told).toContain('sandra');
    expect(token.length + sessionId.length).toBeGreaterThan(40);
    for (const secret of [token, sessionId, tmdb.accessToken]) expect(told).not.toContain(secret);
  });
}

test('the Stately inspector shows a redirect until the page left, and everything from its return on', async () => {
  const { open, arrives, lines } = await stage({ atOnce: 'iframe', options: { mode: 'redirect' } });
  const page = await open();
  await arrives('state idle.fresh');
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await logout(page);
  await arrives('state idle.loggedOut');
  const back = lines().lastIndexOf('actor auth');
  const restored = [done('restore'), 'state idle.fresh'];
  const before = ['actor auth', actor('restore'), 'state restoring', ...restored, ...UNTIL_APPROVAL];
  // The last messages were waiting for an idle moment when the page left.
  expect(lines().slice(0, back)).toEqual(before.slice(0, back));
  expect(lines().slice(back)).toEqual([
    'actor auth',
    actor('restore'),
    'state restoring',
    done('restore'),
    'state awaitingApproval.waiting',
    ...AFTER_APPROVAL,
    ...SIGN_OUT,
  ]);
});

const idsIn = (states: { id: string; states: object }): string[] => [
  states.id,
  ...Object.values(states.states).flatMap(idsIn),
];

test('the definition for the Stately inspector is JSON with every state, down to the deepest', async () => {
  const { openIdle, watch, arrivals, arrives } = await stage();
  await watch(await openIdle());
  await arrives('actor auth');
  const message = JSON.parse(arrivals[0]?.raw ?? '') as StatelyInspectionEvent & { definition: string };
  const config = JSON.parse(message.definition);
  const ids = idsIn(createMachine(config).root);
  // The inspector sorts the keys.
  expect(ids.toSorted()).toEqual(idsIn(authMachine.root).toSorted());
  expect(ids).toContain('auth.sessionActive.accountRequested');
  expect(config.states.sessionActive.states.accountRequested.invoke.onDone).toMatchObject({
    target: 'ready',
  });
  expect(message.definition).not.toContain('[Object]');
});

test('the Stately inspector begins in the middle of a sign-in with the present state and the running actor', async () => {
  const { openIdle, watch, arrives, lines, tmdb } = await stage();
  const page = await openIdle();
  const goOn = tmdb.faults.add({ kind: 'hang', match: /token\/new/, times: Number.POSITIVE_INFINITY });
  await page.click('#login');
  await reaches(page, 'tokenRequested.trying');
  await watch(page);
  await arrives('state tokenRequested.trying');
  expect(lines()).toEqual(['actor auth', actor('requestToken'), 'state tokenRequested.trying']);
  goOn();
  await arrives('state awaitingApproval.waiting');
  expect(lines().slice(3)).toEqual([done('requestToken'), 'state awaitingApproval.waiting']);
});

test('disconnect() stops the messages to the Stately inspector, and the client goes on', async () => {
  const { openIdle, watch, arrives, lines } = await stage();
  const page = await openIdle();
  await watch(page);
  await arrives('state idle.fresh');
  await page.evaluate(() => window.disconnect());
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  await page.evaluate(() => {
    const last = { type: '@xstate.actor', name: 'last', sessionId: 'last', parentId: 'none', _version: '' };
    const { contentWindow } = document.querySelector('iframe') as HTMLIFrameElement;
    // Posts as late as the inspector itself would.
    requestIdleCallback(() => contentWindow?.postMessage(last, '*'));
  });
  await arrives('actor last');
  expect(lines()).toEqual(['actor auth', 'state idle.fresh', 'actor last']);
});
