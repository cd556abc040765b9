/** Several processes with one keychain, and kill -9 between its writes and those of the file. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { fileStorage } from '../../../src/platforms/node/index.ts';
import { splitStorage } from '../../../src/platforms/node/split-storage.ts';
import { createStage, startSource, until } from '../processes.ts';
import { secretsIn } from './secrets-in.ts';

const WORKER = 'test/node/keychain/worker.ts';

async function createPlace(context: TestContext) {
  const { folder } = await createStage(context);
  const keychain = `${folder}-keychain`;
  const storage = splitStorage(fileStorage(folder), { folder, secrets: secretsIn(keychain) });
  return {
    folder,
    storage,
    entries: () => readdir(keychain).catch(() => []),
    start: (times: number, ...job: string[]) =>
      startSource(context, WORKER, [folder, keychain, String(times), ...job], {}),
  };
}

const recordOf = (n: number) => ({ v: 1, facts: { n }, secrets: { n } });

describe('several processes that keep one record in the keychain', { timeout: 60_000 }, () => {
  test('lose no write, and leave one entry', async (context) => {
    const { folder, storage, entries, start } = await createPlace(context);
    const processes = Array.from({ length: 3 }, () => start(20));
    for (const { exit } of processes) context.expect(await exit).toEqual({ code: 0, signal: null });
    context.expect(JSON.parse((await storage.get('count')) ?? '')).toEqual(recordOf(60));
    context.expect(await entries()).toHaveLength(1);
    context.expect(await readdir(folder)).toEqual(['count.json']);
  });

  test('read matching facts and secrets while another one writes', async (context) => {
    const { storage, start } = await createPlace(context);
    const writer = start(100);
    let hasEnded = false;
    void writer.exit.then(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      const { facts, secrets } = JSON.parse((await storage.get('count')) ?? '{}');
      context.expect(secrets).toEqual(facts);
    }
    context.expect(JSON.parse((await storage.get('count')) ?? '')).toEqual(recordOf(100));
  });
});

describe('a process that was killed', { timeout: 60_000 }, () => {
  test.for<[string, string, string, number]>([
    ['old', 'the entry and not yet the file', 'set', 1],
    ['new', 'the file and not yet removed the old entry', 'remove', 2],
  ])('leaves the %s record when it had written %s', async ([, , job, n], context) => {
    const { expect } = context;
    const { folder, storage, entries, start } = await createPlace(context);
    expect(await start(1).exit).toEqual({ code: 0, signal: null });
    const writer = start(1, job);
    await until(
      () => writer.stdout().includes('waiting'),
      () => `the ${job}: ${writer.stderr()}`,
    );
    expect(await entries()).toHaveLength(2);
    await writer.kill();
    expect(JSON.parse((await storage.get('count')) ?? '')).toEqual(recordOf(n));
    // The next process continues from there, and takes over the lock.
    expect(await start(1).exit).toEqual({ code: 0, signal: null });
    expect(JSON.parse((await storage.get('count')) ?? '')).toEqual(recordOf(n + 1));
    expect(await readFile(join(folder, 'count.json'), 'utf8')).not.toContain('"secrets":{"n"');
  });
});
