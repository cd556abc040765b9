import { describe, expect, test } from 'vitest';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, createSite, locationOf, type Site, wayBack } from '../site.ts';
import { begin, KEPT, linkFromElsewhere, plain, USERS } from './support.ts';

/** Characters that `trim` removes and `Headers` can carry. */
const TRIMMED = ['\u00a0', '\u000b', '\u000c', '\u0085', '\u00a0\u00a0', ' \u00a0', '\u00a0\t', 'Â\u00a0'];

/** The cookies that a sister host could set: browsers reserve `__Host-` names, but no others. */
const plantedAs = (mallory: Browser, around: (name: string) => string) =>
  [...mallory.cookies].map(([name, value]) => `${around(name)}=${value}`);

const spelled = (name: string) => TRIMMED.flatMap((space) => [space + name, name + space]);

const headerOf = ({ cookies }: Browser, planted: readonly string[]) =>
  [...planted, ...[...cookies].map(([name, value]) => `${name}=${value}`)].join('; ');

/** Sends what the victim's browser would send: the planted cookies first, as older ones come first. */
const sendAs = (victim: Browser, planted: readonly string[], request: Request) => {
  const headers = new Headers(request.headers);
  headers.set('cookie', headerOf(victim, planted));
  return victim.send(new Request(request, { headers }));
};

describe.each(KEPT)('a cookie with our name only after trimming, with records %s', (_, options) => {
  const createWorld = () => createSite(options(), { users: USERS });

  /** Mallory's own sign-in, planted in every spelling. */
  async function plantPending(site: Site) {
    const mallory = site.browser();
    const { token } = await begin(mallory);
    const planted = TRIMMED.flatMap((space) => [
      ...plantedAs(mallory, (name) => space + name),
      ...plantedAs(mallory, (name) => name + space),
    ]);
    return { mallory, token, planted };
  }

  test('does not make the victim approve the attacker’s sign-in, whenever the attacker asks', async () => {
    const site = await createWorld();
    const { mallory, token, planted } = await plantPending(site);
    const victim = site.browser();
    const begun = await sendAs(victim, planted, plain('GET', '/auth/login', { 'sec-fetch-site': 'none' }));
    const approval = locationOf(begun);
    expect(tokenIn(approval)).not.toBe(token);

    site.tmdb.approve(tokenIn(approval), 'sandra');
    const release = site.tmdb.faults.add({ kind: 'hang', match: 'POST /3/authentication/session/new' });
    const returning = sendAs(
      victim,
      planted,
      plain('GET', wayBack(approval, 'approved').slice(21), linkFromElsewhere),
    );
    const racing = [0, 1, 2].map(() => mallory.tell('POST', '/auth/check'));
    release();
    await returning;
    await Promise.all(racing);
    await mallory.tell('POST', '/auth/check');
    expect(await mallory.session()).toMatchObject({ account: null });
    expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
    expect(site.tmdb.sessions().length).toBe(1);
  });

  test('signs no browser in, and is never deleted', async () => {
    const site = await createWorld();
    const mallory = site.browser();
    const { token } = await begin(mallory);
    site.tmdb.approve(token, 'mallory');
    await mallory.tell('POST', '/auth/check');
    for (const [name, value] of mallory.cookies) {
      for (const odd of spelled(name)) {
        const answered = await site
          .browser()
          .send(plain('GET', '/auth/session', { cookie: `${odd}=${value}` }));
        expect(await answered.json(), JSON.stringify(odd)).toMatchObject({ status: 'signedOut' });
        expect(answered.headers.getSetCookie()).toEqual([]);
      }
      // Frameworks that pass plain headers may have decoded them as UTF-8.
      for (const space of ['\ufeff', '\u2003', '\u3000', '\u2028', '\u1680']) {
        const headers = { cookie: `${space}${name}=${value}` };
        expect(await site.instance().view({ headers })).toMatchObject({ status: 'signedOut' });
      }
    }
  });

  test('changes nothing beside the victim’s own session', async () => {
    const site = await createWorld();
    const { planted } = await plantPending(site);
    const victim = site.browser();
    const { token } = await begin(victim);
    site.tmdb.approve(token, 'sandra');
    await victim.tell('POST', '/auth/check');
    const answered = await sendAs(victim, planted, plain('GET', '/auth/session'));
    expect(await answered.json()).toMatchObject({ account: { username: 'sandra' } });
  });
});
