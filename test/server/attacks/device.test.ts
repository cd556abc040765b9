import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AuthHandlerOptions } from '../../../src/platforms/server/index.ts';
import { randomUserCode } from '../../../src/platforms/server/user-code.ts';
import { tokenIn } from '../../support/approval.ts';
import { MINUTE } from '../../support/clock.ts';
import { type Browser, createSite, locationOf, SECRET, type Site } from '../site.ts';
import {
  EVIL,
  FROM_HERE,
  lastEvent,
  linkFromElsewhere,
  memoryStore,
  plain,
  USERS,
  withoutEffect,
} from './support.ts';

const addressOf = (request: Request) => request.headers.get('x-real-ip');

const createWorld = (options: Partial<AuthHandlerOptions> = {}) =>
  createSite({ device: true, store: memoryStore(), addressOf, ...options }, { users: USERS });

/** A television begins a sign-in and shows its code. */
async function begin(television: Browser) {
  const { deviceCode, approvalUrl } = await television.tell('POST', '/auth/login', { anew: true });
  return { userCode: deviceCode?.userCode ?? '', token: tokenIn(approvalUrl) };
}

const send = (browser: Browser, fields: Record<string, string>, address = '192.0.2.1') =>
  browser.submit('/auth/device', fields, { 'x-real-ip': address });
const confirm = (browser: Browser, userCode: string, address?: string) =>
  send(browser, { userCode, confirm: 'true' }, address);

/** What a browser got for a code: the question, TMDB's page, or a refusal. */
const outcomeOf = async (answer: Response) =>
  answer.status === 200 && (await answer.text()).includes('Is this code on a screen')
    ? 'asked'
    : answer.status;

const isUsable = async (site: Site, userCode: string) =>
  (await confirm(site.browser(), userCode, '192.0.2.77')).status === 303;

describe('guessing codes', () => {
  const guess = (site: Site, address: string) =>
    send(site.browser(), { userCode: randomUserCode() }, address);

  test('is limited to 5 wrong codes in 5 minutes for one address, with Retry-After', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await guess(site, '192.0.2.1')).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429]);
    expect(lastEvent(site)).toMatchObject({ deviceCode: 'too_many', failure: 'rate_limited' });
    // A right code is not even looked up.
    const limited = await send(site.browser(), { userCode });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '300']);
    expect(await limited.text()).toContain('role="alert">Too many wrong codes');
    expect(await outcomeOf(await send(site.browser(), { userCode }, '192.0.2.2'))).toBe('asked');
    site.clock.advance(5 * MINUTE + 1);
    expect(await outcomeOf(await send(site.browser(), { userCode }))).toBe('asked');
  });

  test('is limited to 100 wrong codes in 5 minutes for all addresses together, however many ask at once', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, at) => guess(site, `192.0.2.${Math.floor(at / 3)}`)),
    );
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(100);
    expect((await send(site.browser(), { userCode }, '198.51.100.1')).status).toBe(429);
  });

  test('is limited in total where addresses are unknown', async () => {
    const site = await createWorld({ addressOf: () => null });
    for (let i = 0; i < 100; i++) expect((await guess(site, '')).status).toBe(400);
    expect((await guess(site, '')).status).toBe(429);
  });

  test('does not count texts that cannot be a code, nor right codes', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    for (let i = 0; i < 10; i++) {
      expect((await send(site.browser(), { userCode: 'hello' })).status).toBe(400);
      expect(await outcomeOf(await send(site.browser(), { userCode }))).toBe('asked');
    }
  });

  test('is limited for scripts, too', async () => {
    const site = await createWorld();
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const answer = await site
        .browser()
        .ask('POST', '/auth/device', { userCode: randomUserCode() }, { 'x-real-ip': '192.0.2.1' });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });
});

describe('a code that is used again', () => {
  test('is refused, also when ten browsers confirm it at once', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => confirm(site.browser(), userCode, `192.0.2.${at}`)),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
  });

  test('is refused by another instance', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    expect((await confirm(site.browser(), userCode)).status).toBe(303);
    const other = site.browser(site.instance());
    expect((await confirm(other, userCode)).status).toBe(400);
    expect((await send(other, { userCode })).status).toBe(400);
  });

  test('is not shown by its device any more, which goes on waiting', async () => {
    const site = await createWorld();
    const television = site.browser();
    const { userCode } = await begin(television);
    await confirm(site.browser(), userCode);
    const view = await television.tell('POST', '/auth/check');
    expect(view).toMatchObject({ state: 'awaitingApproval.waiting', deviceCode: null });
  });
});

describe('the code of a sign-in that has ended', () => {
  test.each<[string, Partial<AuthHandlerOptions>, number]>([
    ['code', {}, 15 * MINUTE],
    ['approval window', { approvalWindow: 2 * MINUTE }, 2 * MINUTE],
    ['v4 token', { apiVersion: 4, device: { lifetime: 60 * MINUTE } }, 16 * MINUTE],
    ['v3 token', { device: { lifetime: 600 * MINUTE } }, 60 * MINUTE],
  ])('is refused once its %s has expired', async (_, options, after) => {
    const site = await createWorld(options);
    const { userCode } = await begin(site.browser());
    site.clock.advance(after + 1);
    expect((await confirm(site.browser(), userCode)).status).toBe(400);
  });

  test.each<[string, (television: Browser, site: Site, token: string) => Promise<unknown>]>([
    ['was cancelled', (television) => television.tell('POST', '/auth/cancel')],
    ['was begun anew', (television) => begin(television)],
    ['ended with a sign-out', (television) => television.tell('POST', '/auth/logout')],
    [
      'was approved by its QR code',
      async (television, site, token) => {
        site.tmdb.approve(token, 'sandra');
        expect(await television.tell('POST', '/auth/check')).toMatchObject({ status: 'user' });
      },
    ],
  ])('is refused when the sign-in %s', async (_, end) => {
    const site = await createWorld();
    const television = site.browser();
    const { userCode, token } = await begin(television);
    await end(television, site, token);
    expect((await confirm(site.browser(), userCode)).status).toBe(400);
  });

  test('is unknown to another site that uses the same store', async () => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    const other = site.instance({ secrets: ['the-secret-of-another-site-on-this-store'] });
    expect((await confirm(site.browser(other), userCode)).status).toBe(400);
    expect(await isUsable(site, userCode)).toBe(true);
  });
});

describe('a link with the code of an attacker’s device', () => {
  test('approves nothing and uses nothing, whoever opens it', async () => {
    const site = await createWorld();
    const mallory = site.browser();
    const { userCode } = await begin(mallory);
    const victim = site.browser();
    const query = `user_code=${userCode}&userCode=${userCode}&confirm=true&_method=POST`;
    for (const headers of [
      linkFromElsewhere,
      { ...linkFromElsewhere, 'sec-fetch-dest': 'document' },
      { ...FROM_HERE, accept: 'application/json' },
      { ...linkFromElsewhere, 'sec-purpose': 'prefetch;prerender' },
    ])
      for (const method of ['GET', 'HEAD']) {
        const request = plain(method, `/auth/device?${query}`, headers);
        const answer = await withoutEffect(site, victim, () => victim.send(request));
        expect([answer.status, answer.headers.get('location'), answer.headers.get('refresh')]).toEqual([
          200,
          null,
          null,
        ]);
        expect(await answer.text()).not.toMatch(/http-equiv|<script|autofocus/);
      }
    expect(await mallory.tell('POST', '/auth/check')).toMatchObject({ account: null });
    expect(await isUsable(site, userCode)).toBe(true);
  });

  test('leads to TMDB only after a page that warns of codes sent by others', async () => {
    const site = await createWorld();
    const { userCode, token } = await begin(site.browser());
    const victim = site.browser();
    const question = await withoutEffect(site, victim, () => send(victim, { userCode }));
    expect([question.status, question.headers.get('location')]).toEqual([200, null]);
    const page = await question.text();
    expect(page).toContain('Did another person send you this code, or a link to this page? Then leave');
    expect(page).toContain(userCode);
    expect(page).not.toContain(token);
    expect(page).not.toContain(site.tmdb.webURL);
    expect(tokenIn(locationOf(await confirm(victim, userCode)))).toBe(token);
  });
});

describe('a form of another site', () => {
  test.each<Record<string, string>>([
    { origin: EVIL },
    { origin: EVIL, 'sec-fetch-site': 'same-origin' },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    {},
  ])('neither looks up nor uses a code: %o', async (headers) => {
    const site = await createWorld();
    const { userCode } = await begin(site.browser());
    const victim = site.browser();
    const form = plain('POST', '/auth/device', headers, new URLSearchParams({ userCode, confirm: 'true' }));
    const answer = await withoutEffect(site, victim, () => victim.send(form));
    expect(answer.status).toBe(403);
    expect(lastEvent(site)).toMatchObject({ refused: 'cross_site', deviceCode: null });
    expect(await isUsable(site, userCode)).toBe(true);
  });
});

describe('what others can read', () => {
  test('the store, the events and the pages reveal no code and no token', async () => {
    const store = memoryStore();
    const site = await createWorld({ store });
    const television = site.browser();
    const { userCode, token } = await begin(television);
    await television.tell('POST', '/auth/check');
    const code = userCode.replace('-', '');
    const typed = await (await send(site.browser(), { userCode })).text();
    const kept = await Promise.all(
      (await store.getKeys('')).map(async (key) => `${key} ${JSON.stringify(await store.getItem(key))}`),
    );
    expect(kept.filter((each) => each.includes('device-'))).toHaveLength(3);
    const seen = [...kept, JSON.stringify(site.events)].join('\n');
    const hashes = [code, userCode, ` ${code}`, `${code} `].map((text) =>
      createHash('sha256').update(text).digest('hex'),
    );
    for (const secret of [code, userCode, token, SECRET, ...hashes]) expect(seen).not.toContain(secret);
    expect(typed).not.toContain(token);
  });

  test('a wrong code is not shown again', async () => {
    const site = await createWorld();
    for (const text of ['"><script>alert(1)</script>', "' onfocus=alert(1) x='", '\r\nset-cookie: a=b']) {
      const answer = await send(site.browser(), { userCode: text });
      const page = await answer.text();
      expect(page).not.toMatch(/alert\(|set-cookie/);
      expect(page).toContain('name="userCode" value=""');
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });
});

test('a device that asks without a pause costs TMDB one request per interval', async () => {
  const site = await createWorld();
  const television = site.browser();
  await begin(television);
  const before = site.tmdb.requests.length;
  for (let i = 0; i < 20; i++) {
    await television.ask('POST', '/auth/check');
    site.clock.advance(500);
  }
  expect(site.tmdb.requests.length - before).toBe(2);
});
