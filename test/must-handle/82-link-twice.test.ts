// react/react-native#24944, react/react-native#18117: The link that started the app is delivered again whenever the scripts restart, and some systems also send it as an event: the sign-in ran twice, or an old one came again.
// Here: Each return is taken once, by the client that holds its token. An old link is ignored without a warning.
import { expect, test } from 'vitest';
import { begin, createPhone } from '../native/phone.ts';
import { createWorld } from '../support/world.ts';

const EXCHANGES = /POST \/(3\/authentication\/session\/new|4\/auth\/access_token)$/;

test.each([3, 4] as const)(
  'v%i: a link that arrives as initial URL, as event and from the browser is exchanged once',
  async (apiVersion) => {
    const world = await createWorld();
    const phone = createPhone(world, 'opened');
    const before = phone.start(null, { apiVersion });
    await begin(world, phone, before);
    phone.kill(before);
    const link = await phone.press('allow');
    const auth = phone.start(link, { apiVersion });
    phone.openLink(link);
    await world.reaches(auth, 'sessionRequested');
    phone.openLink(link);
    await world.reaches(auth, 'sessionActive.ready');
    phone.openLink(link);
    await auth.handleCallback(link);
    expect(auth.getView().state).toBe('sessionActive.ready');
    const asked = world.tmdb.requests.filter(({ method, path }) => EXCHANGES.test(`${method} ${path}`));
    expect(asked).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
    expect(world.warnings).toEqual([]);
  },
);

/** A user who signed in by a link and signed out. */
async function afterLogout() {
  const world = await createWorld();
  const phone = createPhone(world, 'opened');
  const first = phone.start();
  await begin(world, phone, first);
  const link = await phone.press('allow');
  phone.openLink(link);
  await world.reaches(first, 'sessionActive.ready');
  await first.logout();
  return { world, phone, first, link };
}

test('a new sign-in goes on waiting when the scripts restart with the old link', async () => {
  const { world, phone, first, link } = await afterLogout();
  await begin(world, phone, first);
  phone.kill(first);
  const auth = phone.start(link);
  await world.reaches(auth, 'awaitingApproval.waiting');
  await world.until(
    () => world.tmdb.requests.filter(({ path }) => path.endsWith('/session/new')).length === 2,
  );
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(world.warnings).toEqual([]);
  phone.openLink(await phone.press('allow'));
  await world.reaches(auth, 'sessionActive.ready');
});

test('a user who signed out stays signed out when the scripts restart with the old link', async () => {
  const { world, phone, first, link } = await afterLogout();
  phone.kill(first);
  const auth = phone.start(link);
  await auth.handleCallback(link);
  expect(auth.getView().status).toBe('signedOut');
  expect(world.warnings).toEqual([]);
});
