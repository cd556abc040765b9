import { expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { SESSION_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { begin, createPhone, RETURN_TO } from './phone.ts';

const at = async (kind: Parameters<typeof createPhone>[1] = 'opened') => {
  const world = await createWorld();
  const phone = createPhone(world, kind);
  const exchanges = () =>
    world.tmdb.requests.filter(({ method, path }) => `${method} ${path}` === SESSION_NEW).length;
  return { world, phone, exchanges };
};

test.each([
  'myapp://film/550',
  'myapp://signed-in-not',
  'otherapp://signed-in?request_token=abc&approved=true',
  'myapp://signed-in',
  'myapp://signed-in?page=2',
  '',
])('another link of the app changes nothing: %s', async (link) => {
  const { world, phone } = await at();
  const auth = phone.start(link);
  await begin(world, phone, auth);
  world.tmdb.resetRequests();
  phone.openLink(link);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
  expect(world.warnings).toEqual([]);
});

test.each(['MYAPP://signed-in', 'myapp://signed-in/'])('a return link may be spelt %s', async (spelling) => {
  const { world, phone } = await at();
  const auth = phone.start();
  await begin(world, phone, auth);
  phone.openLink((await phone.press('allow')).replace(RETURN_TO, spelling));
  await world.reaches(auth, 'sessionActive.ready');
});

test('a link that belongs to another sign-in is refused with a warning', async () => {
  const { world, phone } = await at();
  const auth = phone.start();
  await begin(world, phone, auth);
  phone.openLink(`${RETURN_TO}?request_token=${'0'.repeat(40)}&approved=true`);
  await world.until(() => world.warnings.length > 0);
  expect(world.warnings).toMatchObject([{ code: 'callback_mismatch' }]);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
});

test('an app that returns to the foreground asks TMDB once whether the user approved', async () => {
  const { world, phone, exchanges } = await at();
  const auth = phone.start();
  await begin(world, phone, auth);
  phone.comeBack();
  await world.until(() => exchanges() === 1);
  await world.reaches(auth, 'awaitingApproval.waiting');
  await phone.press('allow');
  phone.leave();
  phone.comeBack();
  await world.reaches(auth, 'sessionActive.ready');
  expect(exchanges()).toBe(2);
});

test('a system dialog does not count as a return to the app', async () => {
  const { world, phone, exchanges } = await at('session');
  const auth = phone.start();
  await begin(world, phone, auth);
  phone.comeBack();
  await world.until(() => auth.getView().state === 'awaitingApproval.waiting');
  expect(exchanges()).toBe(0);
});

test('an expiry in the background is shown when the app returns to the foreground', async () => {
  const { world, phone } = await at();
  const auth = phone.start();
  await begin(world, phone, auth);
  world.clock.sleep(61 * MINUTE);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
  phone.comeBack();
  expect(auth.getView().state).toBe('idle.tokenExpired');
});

test('dispose() removes every listener', async () => {
  const { world, phone } = await at();
  const auth = phone.start();
  await begin(world, phone, auth);
  expect(phone.listeners()).toBeGreaterThan(2);
  auth.dispose();
  expect(phone.listeners()).toBe(0);
});

test.each(['', 'signed-in', '/signed-in', 'myapp:', 'myapp://'])(
  'returnTo "%s" is refused by name',
  async (returnTo) => {
    const { phone } = await at();
    expect(() => phone.start(null, { returnTo })).toThrow(/returnTo/);
  },
);

test('a key that a secure store refuses is refused by name, except with a storage port of your own', async () => {
  const { world, phone } = await at();
  expect(() => phone.start(null, { storageKey: 'tmdb:auth' })).toThrow(/storageKey/);
  phone.start(null, { storageKey: 'tmdb:auth', storage: world.storage });
});
