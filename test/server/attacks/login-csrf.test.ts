import { describe, expect, test } from 'vitest';
import { sameSecret } from '../../../src/tmdb/approval.ts';
import { createSite, locationOf, type Site, signIn } from '../site.ts';
import {
  begin,
  callbackWith,
  EVIL,
  KEPT,
  lastEvent,
  linkFromElsewhere,
  plain,
  USERS,
  withoutEffect,
} from './support.ts';

/** A token that gives a session of the attacker's account. */
async function approvedByMallory(site: Site): Promise<string> {
  const { token } = await begin(site.browser());
  site.tmdb.approve(token, 'mallory');
  return token;
}

describe.each(KEPT)('a crafted return with the attacker’s approved token, with records %s', (_, options) => {
  const createWorld = () => createSite(options(), { users: USERS });

  test.each(['approved', 'denied'])('changes nothing and asks TMDB nothing (%s)', async (answer) => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    const own = await begin(victim);
    const answered = await withoutEffect(site, victim, () =>
      victim.follow(callbackWith(theirs, answer), linkFromElsewhere),
    );
    // A denial leaves nothing to end; after an approval the page explains to the user what it has done.
    if (answer === 'denied')
      expect(locationOf(answered).searchParams.get('tmdb_auth_failure')).toBe('callback_mismatch');
    else expect(await answered.text()).toContain('This browser does not know this sign-in');
    expect(lastEvent(site)).toMatchObject({ failure: 'callback_mismatch', tmdbRequests: 0 });

    // The victim's own sign-in is not disturbed.
    site.tmdb.approve(own.token, 'sandra');
    await victim.follow(callbackWith(own.token), linkFromElsewhere);
    expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
  });

  test('gets 400 when sent by a script', async () => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    await begin(victim);
    const answered = await withoutEffect(site, victim, () =>
      victim.ask('POST', '/auth/callback', { requestToken: theirs }),
    );
    expect(answered.status).toBe(400);
    expect(await answered.json()).toMatchObject({ failure: { code: 'callback_mismatch' } });
  });

  test('does nothing when no sign-in is waiting', async () => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    await withoutEffect(site, victim, () => victim.follow(callbackWith(theirs), linkFromElsewhere));
    expect(await victim.session()).toMatchObject({ status: 'signedOut' });
  });

  test('does nothing to a guest', async () => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    await victim.submit('/auth/guest');
    await withoutEffect(site, victim, () => victim.follow(callbackWith(theirs), linkFromElsewhere));
    expect(await victim.session()).toMatchObject({ status: 'guest' });
  });

  test('does nothing to a signed-in user', async () => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    await signIn(site, victim);
    await withoutEffect(site, victim, () => victim.follow(callbackWith(theirs), linkFromElsewhere));
    expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
  });

  test('is refused by every instance', async () => {
    const kept = options();
    const site = await createSite(kept, { users: USERS });
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    await begin(victim);
    const elsewhere = victim.at(site.instance());
    await withoutEffect(site, elsewhere, () => elsewhere.follow(callbackWith(theirs), linkFromElsewhere));
    expect(lastEvent(site)).toMatchObject({ failure: 'callback_mismatch', tmdbRequests: 0 });
  });

  test.each([
    ['two tokens, the own one first', (own: string, theirs: string) => [own, theirs]],
    ['two tokens, the own one last', (own: string, theirs: string) => [theirs, own]],
    ['the own token with text appended', (own: string) => [`${own}x`]],
    ['the beginning of the own token', (own: string) => [own.slice(0, -1)]],
    ['the own token twice', (own: string) => [own + own]],
    ['the own token in capitals', (own: string) => [`${own.slice(0, -1)}G`.toUpperCase()]],
    ['no token', () => ['']],
    ['a path', () => ['../../account']],
  ])('does not pass as the own token: %s', async (_name, tokensOf) => {
    const site = await createWorld();
    const theirs = await approvedByMallory(site);
    const victim = site.browser();
    const { token } = await begin(victim);
    const query = new URLSearchParams(
      tokensOf(token, theirs).map((each): [string, string] => ['request_token', each]),
    );
    const answered = await withoutEffect(site, victim, () =>
      victim.follow(`/auth/callback?${query}&approved=true`, linkFromElsewhere),
    );
    expect(lastEvent(site)?.failure).toMatch(/^callback_(mismatch|invalid)$/);
    if (answered.status !== 400)
      expect(locationOf(answered).searchParams.get('tmdb_auth_failure')).toBe('callback_invalid');
  });
});

test('v4 ignores a token in the address and exchanges only the sealed one', async () => {
  const site = await createSite({ apiVersion: 4 }, { users: USERS });
  const theirs = await approvedByMallory(site);
  const victim = site.browser();
  const own = await begin(victim);
  site.tmdb.approve(own.token, 'sandra');
  await victim.follow(callbackWith(theirs), linkFromElsewhere);
  expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
  expect(site.tmdb.tokens().map(({ state }) => state)).toEqual(['approved', 'used']);
});

test('a link or a form on another page does not begin a sign-in', async () => {
  const site = await createSite();
  const victim = site.browser();
  for (const from of ['cross-site', 'same-site']) {
    const answered = await withoutEffect(site, victim, () =>
      victim.follow('/auth/login', { 'sec-fetch-site': from }),
    );
    expect(answered.status).toBe(403);
  }
  const submitted = await withoutEffect(site, victim, () =>
    victim.send(plain('POST', '/auth/login', { origin: EVIL }, new URLSearchParams())),
  );
  expect(submitted.status).toBe(403);
});

describe('the comparison of tokens', () => {
  /** A text that counts how often its characters are read. */
  const counted = (text: string) => {
    let looks = 0;
    const charCodeAt = (at: number) => {
      looks += 1;
      return text.charCodeAt(at);
    };
    return { text: { length: text.length, charCodeAt } as unknown as string, looks: () => looks };
  };

  test('reads every character, wherever the two differ', () => {
    const own = 'a'.repeat(40);
    const looksFor = (given: string) => {
      const { text, looks } = counted(given);
      sameSecret(text, own);
      return looks();
    };
    const looks = [`b${'a'.repeat(39)}`, `${'a'.repeat(39)}b`, 'b'.repeat(40), own].map(looksFor);
    expect(looks).toEqual([40, 40, 40, 40]);
  });
});
