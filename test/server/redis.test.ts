import { createStorage } from 'unstorage';
import redisDriver from 'unstorage/drivers/redis';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { wiretap } from './attacks/support.ts';
import { hasRedis, type RedisServer, startRedis } from './redis.ts';
import { type Browser, createSite, locationOf, SECRET, signIn } from './site.ts';

const DAY = 24 * 3_600;

/** The setup of docs/server.md: unstorage's driver, with options of ioredis. */
function storeIn({ url }: RedisServer) {
  const storage = createStorage({ driver: redisDriver({ url, retryStrategy: () => 20 }) });
  // Some tests break the connection on purpose.
  storage
    .getMount('')
    .driver.getInstance?.()
    .on('error', () => {});
  onTestFinished(() => storage.dispose());
  return storage;
}

/** All keys but the notes, which live for an hour at most. */
async function lastingKeys(redis: RedisServer['redis']): Promise<string[]> {
  const lasting: string[] = [];
  for (const key of await redis.keys('*')) {
    const seconds = await redis.ttl(key);
    // -1: the key does not expire.
    if (seconds === -1 || seconds > 3_600) lasting.push(key);
  }
  return lasting;
}

async function siteWithRedis(context: TestContext, options = {}) {
  const server = await startRedis(context);
  const site = await createSite({ store: storeIn(server), ...options });
  return { ...site, server, redis: server.redis };
}

describe.skipIf(!hasRedis)('records in Redis', () => {
  test('are shared by two instances, expire by themselves, and show no secret', async (context) => {
    const { sent, fetch } = wiretap();
    const { tmdb, redis, server, instance, browser } = await siteWithRedis(context, { fetch });
    const other = instance({ store: storeIn(server) });
    const person = browser();
    const begun = await person.follow('/auth/login');
    const token = tokenIn(locationOf(begun));
    const [pending = ''] = await redis.keys('tmdb-auth:record:*');
    // The token's hour, and a day in which its outcome can be reported.
    expect(await redis.ttl(pending)).toBeGreaterThan(DAY);
    expect(await redis.ttl(pending)).toBeLessThanOrEqual(DAY + 3_600);

    tmdb.approve(token);
    await person.at(other).follow(`/auth/callback?request_token=${token}&approved=true`);
    expect(await person.session()).toMatchObject({ account: { username: 'sandra' } });
    const keys = await redis.keys('*');
    const lasting = await lastingKeys(redis);
    expect(lasting).toHaveLength(2);
    for (const key of lasting) {
      expect(await redis.ttl(key)).toBeGreaterThan(30 * DAY);
      expect(await redis.ttl(key)).toBeLessThanOrEqual(31 * DAY);
    }

    const [session] = sent.flatMap(({ url }) => url.searchParams.get('session_id') ?? []);
    const held = JSON.stringify([keys, await redis.mget(keys)]);
    expect(held).toContain(keys[0]);
    for (const secret of [session ?? '', token, SECRET, tmdb.accessToken, 'sandra']) {
      expect(secret).not.toBe('');
      expect(held).not.toContain(secret);
    }

    await person.submit('/auth/logout');
    expect(await lastingKeys(redis)).toEqual([]);
    expect(tmdb.sessions()).toEqual([]);
  });

  test('are deleted for every browser of the account by signing out everywhere, and for no other account', async (context) => {
    const site = await siteWithRedis(context);
    const { tmdb, redis, server, instance, browser } = site;
    const other = instance({ store: storeIn(server) });
    const people = [browser(), browser(other), browser()] as [Browser, Browser, Browser];
    for (const person of people) await signIn(site, person);
    // Another account, with a number that begins alike.
    const id = (await people[0].session()).account?.id;
    await redis.set(`tmdb-auth:account:${id}0:another-name`, 'here');
    await people[1].submit('/auth/logout', { everywhere: 'true' });
    for (const person of people) expect(await person.session()).toMatchObject({ status: 'signedOut' });
    expect(tmdb.sessions()).toEqual([]);
    expect(await lastingKeys(redis)).toEqual([`tmdb-auth:account:${id}0:another-name`]);
  });

  test('survive a crash of Redis, which is reported, and users stay signed in', async (context) => {
    const site = await siteWithRedis(context);
    const { server, browser, whileTimeRuns } = site;
    const person = browser();
    await signIn(site, person);
    await server.kill();
    const told = await whileTimeRuns(person.ask('GET', '/auth/session'));
    expect(told.status).toBe(503);
    expect(await told.json()).toMatchObject({ failure: { code: 'storage_unavailable' } });
    expect((await whileTimeRuns(person.ask('GET', '/auth/health'))).status).toBe(503);
    await server.start();
    expect(await person.session()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
    expect((await person.ask('GET', '/auth/health')).status).toBe(200);
  });

  test('let every request end while Redis hangs, and all goes on afterwards', async (context) => {
    const site = await siteWithRedis(context);
    const { server, browser, whileTimeRuns } = site;
    const person = browser();
    await signIn(site, person);
    server.hang();
    for (const [method, path] of [
      ['GET', '/auth/session'],
      ['POST', '/auth/login'],
      ['POST', '/auth/verify'],
      ['GET', '/auth/tmdb/3/account'],
      ['GET', '/auth/health'],
    ] as const) {
      const told = await whileTimeRuns(person.ask(method, path));
      expect(told.status, path).toBe(503);
    }
    server.goOn();
    expect(await person.session()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  });
});
