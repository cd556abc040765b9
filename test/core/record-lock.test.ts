import { expect, test } from 'vitest';
import { type StoragePort, TmdbAuthError } from '../../src/index.ts';
import { never } from './helpers.ts';
import { awaited, createStage, SECRETS, signedIn } from './record.stage.ts';

const SECOND = 1_000;
const LOCK_FAILS: readonly [string, NonNullable<StoragePort['exclusively']>][] = [
  ['never runs the job', never],
  ['rejects', () => Promise.reject(new Error('EDEADLK'))],
  [
    'throws',
    () => {
      throw new Error('EDEADLK');
    },
  ],
  ['ends without having run the job', async () => undefined as never],
];

test.each(LOCK_FAILS)(
  'a record is written once, with one warning, when the lock %s',
  async (_, exclusively) => {
    const { client, operations, passes, stored } = createStage();
    const one = client('one', { exclusively });
    const saved = one.save(awaited, SECRETS);
    await passes(6 * SECOND);
    await saved;
    await one.save(signedIn, SECRETS);
    expect((await stored())?.facts.session).not.toBeNull();
    expect(operations).toEqual(['set', 'set']);
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
    expect(one.failures).toEqual([]);
  },
);

test('a job that already ran without the lock does not run again when the lock is granted', async () => {
  const { client, memory, passes } = createStage();
  let reads = 0;
  let runJob = (): Promise<unknown> => Promise.reject(new Error('not asked yet'));
  const one = client('one', {
    get(key) {
      reads += 1;
      return memory.get(key);
    },
    exclusively(_, job) {
      runJob = job;
      return never();
    },
  });
  const saved = one.save(awaited, SECRETS);
  await passes(6 * SECOND);
  await saved;
  const before = reads;
  await runJob();
  expect([before, reads]).toEqual([1, 1]);
});

test('a lock that never reports the end of a job blocks no client', async () => {
  const { client, stored } = createStage();
  const one = client('one', {
    async exclusively(_, job) {
      await job();
      return never();
    },
  });
  await one.save(awaited, SECRETS);
  await one.save(signedIn, SECRETS);
  expect((await stored())?.facts.session).not.toBeNull();
  expect(one.warnings).toEqual([]);
});

test('a lock that failed is asked for again after a minute', async () => {
  const { client, passes } = createStage();
  let asked = 0;
  const one = client('one', {
    exclusively() {
      asked += 1;
      return Promise.reject(new Error('EDEADLK'));
    },
  });
  await one.save(awaited, SECRETS);
  await one.save(signedIn, SECRETS);
  expect(asked).toBe(1);
  await passes(61 * SECOND);
  await one.save(awaited, SECRETS);
  expect(asked).toBe(2);
  expect(one.warnings).toHaveLength(1);
});

test('a storage explains a broken lock with a storage_unavailable; the message of any other error is not shown', async () => {
  const message = '/config/record.json.lock blocks the lock.';
  const warnedOf = async (error: Error) => {
    const one = createStage().client('one', { exclusively: () => Promise.reject(error) });
    await one.save(awaited, SECRETS);
    return one.warnings.map((warning) => warning.message);
  };
  expect(await warnedOf(new TmdbAuthError('storage_unavailable', { message }))).toEqual([message]);
  expect(await warnedOf(new Error(message))).not.toEqual([message]);
});
