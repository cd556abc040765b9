import { deflateRawSync } from 'node:zlib';
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../../src/platforms/seal.ts';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, createSite, locationOf, SECRET, type Site, signIn, wayBack } from '../site.ts';
import { begin, callbackWith, KEPT, linkFromElsewhere, memoryStore, plain, USERS } from './support.ts';

const HOST = '__Host-tmdb-auth';
const PURPOSES = ['pending', 'user', 'guest', 'id', 'record'];

const view = async (site: Site, cookie: string, path = '/auth/session') =>
  (await (await site.browser().send(plain('GET', path, { cookie }))).json()) as {
    status: string;
    account: { username: string } | null;
  };

/** A browser with all three cookies: a guest signed in, then began another sign-in elsewhere. */
async function withAll(options = {}) {
  const site = await createSite(options, { users: USERS });
  const browser = site.browser();
  await browser.submit('/auth/guest');
  await signIn(site, browser);
  const other = site.browser();
  await begin(other);
  const values = new Map([...browser.cookies, ...other.cookies].map(([name, value]) => [part(name), value]));
  return { site, browser, values };
}

const part = (name: string) => name.split('.').at(-1) ?? '';
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The content an attacker would want in a user's cookie. */
const WANTED = JSON.stringify({
  facts: {
    access: null,
    session: { createdAt: 1, expiresAt: null },
    account: { id: 548, username: 'sandra', name: '', language: 'en', country: 'US' },
  },
  secrets: { accessToken: null, sessionId: 'a'.repeat(40) },
});

describe('a cookie serves one purpose', () => {
  test.each(['pending', 'user', 'guest', 'id'].flatMap((from) => PURPOSES.map((to) => [from, to])))(
    'a cookie of %s is worth nothing as %s',
    async (from, to) => {
      if (from === to) return;
      const { site, values } = await withAll();
      const sealed = values.get(from as string);
      if (!sealed) return;
      const seen = await view(site, `${HOST}.${to}=${sealed}`);
      expect(seen).toMatchObject({ status: 'signedOut', account: null });
      const seal = createSeal([SECRET], site.clock.now);
      expect(await seal.open(to as string, sealed)).toBe(null);
      expect(await seal.open(from as string, sealed)).not.toBe(null);
    },
  );

  test('a cookie of another name is not read at all', async () => {
    const { site, values } = await withAll();
    const user = values.get('user');
    const names = [
      'tmdb-auth.user',
      '__Secure-tmdb-auth.user',
      '__host-tmdb-auth.user',
      '__Host-tmdb-auth.USER',
      '__Host-other.user',
      'x__Host-tmdb-auth.user',
      '__Host-tmdb-auth.user2',
      '__Host-tmdb-auth%2Euser',
    ];
    for (const name of names) {
      expect(await view(site, `${name}=${user}`), name).toMatchObject({ status: 'signedOut' });
    }
    expect(await view(site, `${HOST}.user=${user}`)).toMatchObject({ status: 'user' });
  });
});

describe('a manipulated cookie', () => {
  const CHANGES: readonly [string, (sealed: string) => string][] = [
    ['nothing left', () => ''],
    ['cut in half', (sealed) => sealed.slice(0, sealed.length / 2)],
    ['without its tag', (sealed) => sealed.slice(0, sealed.lastIndexOf('.') + 1)],
    ['a shorter tag', (sealed) => sealed.slice(0, -8)],
    ['another first character', (sealed) => `f${sealed.slice(1)}`],
    ['in capitals', (sealed) => sealed.toUpperCase()],
    ['twice', (sealed) => sealed + sealed],
    ['with one more part', (sealed) => `${sealed}.x`],
    ['with a NUL', (sealed) => `${sealed}%00`],
    ['in quotes', (sealed) => `"${sealed}"`],
    ['base64 garbage', () => Array.from({ length: 5 }, () => 'A'.repeat(100)).join('.')],
    ['JSON', () => encodeURIComponent(WANTED)],
    [
      'replaced by its own text, unsealed',
      () => `${encode({ alg: 'none', typ: 'user' })}..${encode({ text: WANTED })}..`,
    ],
    ['100 kB', (sealed) => sealed + 'A'.repeat(100_000)],
    ['__proto__', () => '__proto__'],
  ];

  test.each(CHANGES)('counts as none: %s', async (_, change) => {
    const { site, values } = await withAll();
    for (const name of ['pending', 'user', 'guest']) {
      const changed = change(values.get(name) ?? '');
      expect(await view(site, `${HOST}.${name}=${changed}`)).toMatchObject({ status: 'signedOut' });
    }
  });

  test.each(KEPT)('is not deleted, as it may belong to another app, with records %s', async (_, options) => {
    const site = await createSite(options());
    for (const name of PURPOSES) {
      for (const path of ['/auth/session', '/auth/tmdb/3/movie/550']) {
        const answered = await site.browser().send(plain('GET', path, { cookie: `${HOST}.${name}=x` }));
        expect(answered.headers.getSetCookie()).toEqual([]);
      }
    }
  });

  test('does not spoil the other cookies', async () => {
    const { site, values } = await withAll();
    const cookie = `${HOST}.pending=x; ${HOST}.user=${values.get('user')}; ${HOST}.guest=y`;
    expect(await view(site, cookie)).toMatchObject({ status: 'user' });
  });
});

describe('a forged cookie', () => {
  const text = new TextEncoder();
  const claims = { text: WANTED, exp: 9_999_999_999 };

  test.each(PURPOSES)('is refused when it was sealed with another secret (%s)', async (purpose) => {
    const site = await createSite();
    const forged = await createSeal(['x'.repeat(40)], site.clock.now).close(purpose, WANTED, 9e12);
    expect(await view(site, `${HOST}.${purpose}=${forged}`)).toMatchObject({ status: 'signedOut' });
  });

  test('is refused when its header names another algorithm', async () => {
    const { site, values } = await withAll();
    const { kid } = JSON.parse(
      Buffer.from((values.get('user') ?? '').split('.')[0] ?? '', 'base64url').toString(),
    );
    const header = { kid, typ: 'user', enc: 'A256GCM' } as const;
    const { publicKey } = await generateKeyPair('RSA-OAEP-256', { extractable: true });
    const secret = text.encode(SECRET).slice(0, 32);
    const body = text.encode(JSON.stringify(claims));
    const forged = [
      await new CompactEncrypt(body)
        .setProtectedHeader({ ...header, alg: 'RSA-OAEP-256' })
        .encrypt(publicKey),
      await new CompactEncrypt(body).setProtectedHeader({ ...header, alg: 'A256KW' }).encrypt(secret),
      await new CompactEncrypt(body).setProtectedHeader({ ...header, alg: 'dir' }).encrypt(secret),
      await new CompactEncrypt(body)
        .setProtectedHeader({ ...header, alg: 'PBES2-HS512+A256KW' })
        .encrypt(secret),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid, typ: 'user' }).sign(secret),
      `${encode({ alg: 'none', kid, typ: 'user' })}.${encode(claims)}.`,
      ...['none', 'dir', 'DIR', 'PBES2-HS256+A128KW', 'ECDH-ES', 'A256GCMKW'].flatMap((alg) =>
        ['A256GCM', 'none', 'A128CBC-HS256', 'A128GCM'].map((enc) =>
          [
            encode({ alg, enc, kid, typ: 'user', p2c: 2_000_000_000, p2s: 'AAAA', zip: 'DEF' }),
            '',
            'A'.repeat(16),
            Buffer.from(body).toString('base64url'),
            'A'.repeat(22),
          ].join('.'),
        ),
      ),
    ];
    for (const sealed of forged) {
      expect(await view(site, `${HOST}.user=${sealed}`), sealed).toMatchObject({ status: 'signedOut' });
    }
  });

  test('is refused when its header brings a key or other instructions', async () => {
    const { site, values } = await withAll();
    const [head = '', ...rest] = (values.get('user') ?? '').split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const { publicKey } = await generateKeyPair('RSA-OAEP-256', { extractable: true });
    for (const extra of [
      { jwk: await exportJWK(publicKey) },
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/cert' },
      { kid: '../../../dev/null' },
      { kid: '__proto__' },
      { kid: undefined },
      { zip: 'DEF' },
      { crit: ['exp'], exp: 9e9 },
      { typ: 'guest' },
      { typ: undefined },
    ]) {
      const sealed = [encode({ ...header, ...extra }), ...rest].join('.');
      expect(await view(site, `${HOST}.user=${sealed}`)).toMatchObject({ status: 'signedOut' });
    }
  });

  test('is refused before a compressed bomb is unpacked', async () => {
    const { site, values } = await withAll();
    const [head = ''] = (values.get('user') ?? '').split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const bomb = deflateRawSync(Buffer.alloc(2_000_000)).toString('base64url');
    const sealed = [encode({ ...header, zip: 'DEF' }), '', 'A'.repeat(16), bomb, 'A'.repeat(22)].join('.');
    expect(sealed.length).toBeLessThan(4_000);
    expect(await view(site, `${HOST}.user=${sealed}`)).toMatchObject({ status: 'signedOut' });
  });

  test('is refused when we sealed it but it holds no record', async () => {
    const site = await createSite();
    const seal = createSeal([SECRET], site.clock.now);
    for (const odd of [
      '{}',
      '[]',
      'null',
      '1',
      '{',
      '""',
      '{"facts":null}',
      '{"facts":{"session":{}},"secrets":{}}',
    ]) {
      const sealed = await seal.close('user', odd, site.clock.now() + 60_000);
      const answered = await site
        .browser()
        .send(plain('GET', '/auth/session', { cookie: `${HOST}.user=${sealed}` }));
      expect(await answered.json()).toMatchObject({ status: 'signedOut' });
    }
  });
});

describe('the end of a cookie', () => {
  test('is sealed into it, so a cookie that was kept longer cannot be opened', async () => {
    let now = 1_000_000;
    const seal = createSeal([SECRET], () => now);
    for (const purpose of PURPOSES) {
      const sealed = await seal.close(purpose, WANTED, now + 1_000);
      now += 2_000;
      expect(await seal.open(purpose, sealed)).toBe(null);
    }
  });

  test.each(KEPT)('makes everything a browser kept longer worthless, with records %s', async (_, options) => {
    const site = await createSite({ sessionMaxAge: 24 * 60 * 60_000, ...options() });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await signIn(site, browser);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect(await view(site, cookie)).toMatchObject({ status: 'user' });
    site.clock.advance(60 * 24 * 60 * 60_000);
    expect(await view(site, cookie)).toMatchObject({ status: 'signedOut', account: null });
  });

  test('ends a waiting sign-in with its token, however long the cookie is kept', async () => {
    const site = await createSite();
    const browser = site.browser();
    const { token } = await begin(browser);
    site.tmdb.approve(token);
    const kept = new Map(browser.cookies);
    site.clock.advance(61 * 60_000);
    for (const [name, value] of kept) browser.cookies.set(name, value);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
    expect(site.tmdb.sessions()).toEqual([]);
  });
});

describe('many cookies', () => {
  test.each(['x', '', 'of-another-app', '"quoted"', 'a=b', 'x'.repeat(5_000)])(
    'of one name do not hide the one that can be opened, in either order (%j)',
    async (junk) => {
      const { site, values } = await withAll();
      const user = values.get('user');
      const pairs = [`${HOST}.user=${junk}`, `${HOST}.user=${user}`];
      for (const cookie of [
        pairs.join('; '),
        pairs.reverse().join(';'),
        `${pairs.join('; ')}; ${pairs[0]}`,
      ]) {
        expect(await view(site, cookie)).toMatchObject({ status: 'user' });
      }
    },
  );

  test.each(KEPT)(
    'of one name count as none when two can be opened, and neither is deleted, with records %s',
    async (_, options) => {
      const site = await createSite(options(), { users: USERS });
      const [own, planted] = [await signedIn(site, 'sandra'), await signedIn(site, 'mallory')];
      const pairs = [...own.cookies, ...planted.cookies].map(([name, value]) => `${name}=${value}`);
      for (const cookie of [pairs.join('; '), pairs.reverse().join('; ')]) {
        const answered = await site.browser().send(plain('GET', '/auth/session', { cookie }));
        expect(await answered.json()).toMatchObject({ status: 'signedOut', account: null });
        expect(answered.headers.getSetCookie()).toEqual([]);
      }
      expect(await own.session()).toMatchObject({ account: { username: 'sandra' } });
    },
  );

  test.each([
    ['thousands', Array.from({ length: 5_000 }, (_, i) => `c${i}=${i}`).join('; ')],
    ['nothing but separators', ';'.repeat(100_000)],
    ['nothing but equals signs', '='.repeat(100_000)],
    ['names of properties of every object', '__proto__=x; constructor=y; toString=z; hasOwnProperty=a'],
    ['our names without a value', `${HOST}.user; ${HOST}.guest=; =${HOST}.pending`],
  ])('do no harm: %s', async (_, cookie) => {
    const { site, values } = await withAll();
    expect(await view(site, cookie)).toMatchObject({ status: 'signedOut' });
    expect(await view(site, `${cookie}; ${HOST}.user=${values.get('user')}`)).toMatchObject({
      status: 'user',
    });
  });
});

/** Signs a user in. */
async function signedIn(site: Site, username: string): Promise<Browser> {
  const browser = site.browser();
  const { token } = await begin(browser);
  site.tmdb.approve(token, username);
  await browser.follow(callbackWith(token), linkFromElsewhere);
  return browser;
}

describe('cookies of two users in one browser', () => {
  test('show and act as one of the two users, never a mixture', async () => {
    const site = await createSite({}, { users: USERS });
    const sandra = await signedIn(site, 'sandra');
    const mallory = await signedIn(site, 'mallory');
    await begin(mallory);
    await mallory.submit('/auth/guest');
    const mixed = site.browser();
    for (const [name, value] of [...mallory.cookies, ...sandra.cookies]) mixed.cookies.set(name, value);
    expect(await mixed.session()).toMatchObject({ account: { username: 'sandra' } });
    await mixed.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 });
    expect(site.tmdb.account('sandra').ratings.length).toBe(1);
    expect(site.tmdb.account('mallory').ratings.length).toBe(0);
    await mixed.submit('/auth/logout');
    expect(site.tmdb.sessions().map(({ username }) => username)).toEqual(['mallory']);
  });
});

describe('two users with the same bad cookie at the same moment', () => {
  /** A value that a broken proxy or an old program may have left in many browsers. */
  const BAD = 'deleted';

  test.each([
    ['in cookies', {}, 'pending', ['sandra', 'mallory', null]],
    ['in a store', { store: memoryStore() }, 'id', ['sandra', 'mallory', null]],
  ])('each get their own answer, with records %s', async (_, options, name, own) => {
    const site = await createSite(options, { users: USERS });
    const cookieOf = ({ cookies }: Browser) =>
      [`${HOST}.${name}=${BAD}`, ...[...cookies].map(([each, value]) => `${each}=${value}`)].join('; ');
    const people = [await signedIn(site, 'sandra'), await signedIn(site, 'mallory'), site.browser()];
    const answers = await Promise.all(
      people.map(async (browser) => {
        const headers = { cookie: cookieOf(browser), accept: 'application/json' };
        const answered = await site.browser().send(plain('GET', callbackWith('x'), headers));
        return (await answered.json()) as { account: { username: string } | null };
      }),
    );
    expect(answers.map(({ account }) => account?.username ?? null)).toEqual(own);
  });
});

test.each([3, 4] as const)(
  'a user with names of any length is signed in all the same, v%i',
  async (apiVersion) => {
    const long = '\u0001🦁"'.repeat(2_000);
    const users = [{ username: long, password: 'x', name: long, avatarPath: `/${long}` }];
    const site = await createSite({ apiVersion }, { users });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    const approval = locationOf(await browser.follow('/auth/login'));
    site.tmdb.approve(tokenIn(approval));
    const back = apiVersion === 3 ? wayBack(approval, 'approved') : '/auth/callback';
    expect(locationOf(await browser.follow(back, linkFromElsewhere)).search).toBe('');
    for (const cookie of browser.cookies.values()) expect(cookie.length).toBeLessThan(4_000);
    const { account } = await browser.session();
    expect(account?.username).toBe(`${[...long].slice(0, 99).join('')}…`);
    expect(account).toMatchObject({ name: account?.username, avatarPath: null });
  },
);

test.each(KEPT)(
  'every cookie is out of reach of scripts, other sites, plain http and other hosts, with records %s',
  async (_, options) => {
    const site = await createSite(options());
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await signIn(site, browser);
    await browser.submit('/auth/logout');
    expect(browser.given.length).toBeGreaterThan(3);
    for (const line of browser.given) {
      const [pair = '', ...attributes] = line.split('; ');
      expect(pair).toMatch(/^__Host-tmdb-auth\.(pending|user|guest|id)=[\w.-]*$/);
      expect(attributes.map((each) => each.replace(/\d+/, 'n')).sort()).toEqual(
        ['HttpOnly', 'Max-Age=n', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
      );
    }
  },
);
