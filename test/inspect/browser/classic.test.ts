import { expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { authMachine } from '../../../machines/index.ts';
import { allow, openPopup, reaches, signIn, tokenIn, viewOf } from '../../browser/stage.ts';
import { logout, sessionIdIn, watched } from './watch.stage.ts';

const stage = watched('classic');

const SIGN_IN = [
  'event login.start',
  'state tokenRequested.trying',
  'event done.invoke.requestToken',
  'state awaitingApproval.waiting',
  'event approval.granted',
  'state sessionRequested.exchanging',
  'event done.invoke.createSession',
  'state sessionActive.accountRequested',
  'event done.invoke.fetchAccount',
  'state sessionActive.ready',
];
const SIGN_OUT = [
  'event logout',
  'state loggingOut',
  'event done.invoke.deleteSession',
  'state idle.loggedOut',
];

for (const shown of ['iframe', 'popup'] as const) {
  test(`the classic inspector shows a sign-in by popup and the sign-out in order, without a secret, in a ${shown}`, async () => {
    const { openIdle, watch, arrivals, lines, arrives, tmdb } = await stage();
    const page = await openIdle();
    expect(await watch(page, shown)).toBe(null);
    await arrives('register auth in idle.fresh');
    const popup = await openPopup(page);
    const token = tokenIn(popup);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    const sessionId = await sessionIdIn(page);
    await logout(page);
    await arrives('state idle.loggedOut');
    expect(lines()).toEqual(['register auth in idle.fresh', ...SIGN_IN, ...SIGN_OUT]);

    const told = arrivals.map(({ raw }) => raw).join('\n');
    expect(told).toContain('sandra');
    expect(token.length + sessionId.length).toBeGreaterThan(40);
    for (const secret of [token, sessionId, tmdb.accessToken]) expect(told).not.toContain(secret);
  });
}

test('the classic inspector shows the page after a redirect from its present state on', async () => {
  const { open, arrives, lines } = await stage({ atOnce: 'iframe', options: { mode: 'redirect' } });
  const page = await open();
  await arrives('register auth in idle.fresh');
  await signIn(page);
  await expect.poll(() => lines().filter((line) => line.startsWith('register'))).toHaveLength(2);
  await expect.poll(() => lines().at(-1)).toMatch(/ in sessionActive\.ready$|^state sessionActive\.ready$/);
  const before = lines().length;
  await logout(page);
  await arrives('state idle.loggedOut');
  expect(lines().slice(before)).toEqual(SIGN_OUT);
  expect(lines().slice(1, 2)).toEqual(['event login.start']);
});

const allNodes = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => allNodes(child)),
];

test('XState 4 accepts the machine with every state and every arrow', async () => {
  const { openIdle, watch, arrivals, arrives } = await stage();
  await watch(await openIdle());
  await arrives('register auth in idle.fresh');
  const nodes = allNodes(authMachine.root);
  const { stateIds = [], arrows = [] } = arrivals[0]?.machine ?? {};
  expect(stateIds.toSorted()).toEqual(nodes.map(({ id }) => id).toSorted());
  const ours = nodes.flatMap((node) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])]);
  const ends = ours.map(
    ({ source, target }) => `${source.id} ${(target?.[0] as AnyStateNode | undefined)?.id ?? source.id}`,
  );
  const withoutEvent = arrows.map((arrow) => arrow.replace(/ .* /, ' '));
  expect(withoutEvent.toSorted()).toEqual(ends.toSorted());
  expect(arrows).toContain('auth.idle login.start auth.tokenRequested');
  expect(arrows).toContain('auth.sessionRequested.exchanging done.invoke.createSession auth.sessionActive');
  expect(arrows).toContain(
    'auth.awaitingApproval xstate.after(requestTokenLifetime)#auth.awaitingApproval auth.idle.tokenExpired',
  );
  expect(arrows).toContain('auth.guestActive.unused  auth.guestActive.used');
});

test('the classic inspector begins in the middle of a sign-in with the present state, then shows the rest', async () => {
  const { openIdle, watch, arrives, lines } = await stage();
  const page = await openIdle();
  const popup = await openPopup(page);
  await watch(page);
  await arrives('register auth in awaitingApproval.waiting');
  await allow(popup);
  await arrives('state sessionActive.ready');
  const granted = SIGN_IN.indexOf('event approval.granted');
  expect(lines()).toEqual(['register auth in awaitingApproval.waiting', ...SIGN_IN.slice(granted)]);
});

test('a classic viewer that is reloaded is told the present state again', async () => {
  const { openIdle, watch, viewer, arrives, lines } = await stage();
  const page = await openIdle();
  await watch(page);
  await arrives('register auth in idle.fresh');
  const frame = await viewer();
  await frame.goto(frame.url());
  await expect.poll(lines).toEqual(['register auth in idle.fresh', 'register auth in idle.fresh']);
});

test('the classic inspector finds an <iframe data-xstate>, and throws a TypeError with advice if there is none', async () => {
  const { openIdle, watch, arrives } = await stage();
  const page = await openIdle();
  expect(await watch(page, 'nowhere')).toBe(
    'TypeError: tmdb-auth: pass `iframe`, put an <iframe data-xstate> into the page, or `iframe: false`.',
  );
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('iframe'), { className: 'later' }));
    document.querySelector('iframe')?.setAttribute('data-xstate', '');
  });
  expect(await watch(page, 'nowhere')).toBe(null);
  await arrives('register auth in idle.fresh');
  await page.click('#guest');
  await arrives('state guestActive.unused');
});

test('disconnect() tells the classic viewer the end and nothing more, and the client goes on', async () => {
  const { openIdle, watch, arrives, lines } = await stage();
  const page = await openIdle();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('stopped service')) complaints.push(message.text());
  });
  await watch(page);
  await arrives('register auth in idle.fresh');
  await page.evaluate(() => window.disconnect());
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  await logout(page);
  await page.evaluate(() => {
    document.querySelector('iframe')?.contentWindow?.postMessage({ type: 'service.last' }, '*');
  });
  await arrives('service.last');
  expect(lines()).toEqual(['register auth in idle.fresh', 'service.stop', 'service.last']);
  // The inspector would log this if it received anything after the end.
  expect(complaints).toEqual([]);
});

test('inspectors that throw do not stop the client', async () => {
  const { openIdle, context } = await stage();
  const errors: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const page = await openIdle();
  await page.evaluate(() => window.watchBroken());
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  expect(await viewOf(page)).toMatchObject({ status: 'guest' });
  expect(errors).toHaveLength(2);
  for (const error of errors)
    expect(error).toContain('tmdb-auth: the inspector failed and was disconnected.');
});
