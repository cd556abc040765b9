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

/** A token whose approval makes a session of the attacker's account. */
async function approvedByMallory(site: Site): Promise<string> {
  const { token } = await begin(site.browser());
  site.tmdb.approve(token, 'mallory');
  return token;
}

describe.each(KEPT)(
  'a crafted way back with somebody else’s approved token, with records %s',
  (_, options) => {
    const createWorld = () => createSite(options(), { users: USERS });

    test.each(['approved', 'denied'])('changes nothing and asks TMDB nothing (%s)', async (answer) => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      const own = await begin(victim);
      const answered = await withoutEffect(site, victim, () =>
        victim.follow(callbackWith(foreign, answer), linkFromElsewhere),
      );
      // A denial has nothing to end; of an approval the user is told what it has done.
      if (answer === 'denied')
        expect(locationOf(answered).searchParams.get('tmdb_auth_failure')).toBe('callback_mismatch');
      else expect(await answered.text()).toContain('begun in another browser');
      expect(lastEvent(site)).toMatchObject({ failure: 'callback_mismatch', tmdbRequests: 0 });

      // The victim's own sign-in goes on as if nothing had been.
      site.tmdb.approve(own.token, 'sandra');
      await victim.follow(callbackWith(own.token), linkFromElsewhere);
      expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
    });

    test('is 400 for a script', async () => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      await begin(victim);
      const answered = await withoutEffect(site, victim, () =>
        victim.ask('POST', '/auth/callback', { requestToken: foreign }),
      );
      expect(answered.status).toBe(400);
      expect(await answered.json()).toMatchObject({ failure: { code: 'callback_mismatch' } });
    });

    test('does nothing where no sign-in waits', async () => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      await withoutEffect(site, victim, () => victim.follow(callbackWith(foreign), linkFromElsewhere));
      expect(await victim.session()).toMatchObject({ status: 'signedOut' });
    });

    test('does nothing to a guest', async () => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      await victim.submit('/auth/guest');
      await withoutEffect(site, victim, () => victim.follow(callbackWith(foreign), linkFromElsewhere));
      expect(await victim.session()).toMatchObject({ status: 'guest' });
    });

    test('does nothing to somebody who is signed in', async () => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      await signIn(site, victim);
      await withoutEffect(site, victim, () => victim.follow(callbackWith(foreign), linkFromElsewhere));
      expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
    });

    test('is refused by every instance', async () => {
      const kept = options();
      const site = await createSite(kept, { users: USERS });
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      await begin(victim);
      const elsewhere = victim.at(site.instance());
      await withoutEffect(site, elsewhere, () => elsewhere.follow(callbackWith(foreign), linkFromElsewhere));
      expect(lastEvent(site)).toMatchObject({ failure: 'callback_mismatch', tmdbRequests: 0 });
    });

    test.each([
      ['two tokens, the own one first', (own: string, foreign: string) => [own, foreign]],
      ['two tokens, the own one last', (own: string, foreign: string) => [foreign, own]],
      ['the own token with something behind it', (own: string) => [`${own}x`]],
      ['the beginning of the own token', (own: string) => [own.slice(0, -1)]],
      ['the own token twice over', (own: string) => [own + own]],
      ['the own token in capitals', (own: string) => [`${own.slice(0, -1)}G`.toUpperCase()]],
      ['no token', () => ['']],
      ['a path', () => ['../../account']],
    ])('%s is not the own token', async (_name, tokensOf) => {
      const site = await createWorld();
      const foreign = await approvedByMallory(site);
      const victim = site.browser();
      const { token } = await begin(victim);
      const query = new URLSearchParams(
        tokensOf(token, foreign).map((each): [string, string] => ['request_token', each]),
      );
      const answered = await withoutEffect(site, victim, () =>
        victim.follow(`/auth/callback?${query}&approved=true`, linkFromElsewhere),
      );
      expect(lastEvent(site)?.failure).toMatch(/^callback_(mismatch|invalid)$/);
      if (answered.status !== 400)
        expect(locationOf(answered).searchParams.get('tmdb_auth_failure')).toBe('callback_invalid');
    });
  },
);

test('v4: a token in the address means nothing; only the sealed one is exchanged', async () => {
  const site = await createSite({ apiVersion: 4 }, { users: USERS });
  const foreign = await approvedByMallory(site);
  const victim = site.browser();
  const own = await begin(victim);
  site.tmdb.approve(own.token, 'sandra');
  await victim.follow(callbackWith(foreign), linkFromElsewhere);
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
  /** A text that counts how often somebody looks at a character. */
  const counted = (text: string) => {
    let looks = 0;
    const charCodeAt = (at: number) => {
      looks += 1;
      return text.charCodeAt(at);
    };
    return { text: { length: text.length, charCodeAt } as unknown as string, looks: () => looks };
  };

  test('looks at every character, wherever the two differ', () => {
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
