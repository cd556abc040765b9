/** kill -9 while the file is written. */
import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { createStage, type Stage } from './processes.ts';
import { startWorker } from './workers.ts';

const KILLS = 6;

/** Kills a process that writes one record after the other. */
async function killWriter(context: TestContext, stage: Stage, turn: number) {
  const writer = startWorker(context, stage);
  writer.tell('write');
  await writer.outcome('first write');
  // Not a measurement: it only makes the kills come at different moments.
  await new Promise((resolve) => setTimeout(resolve, turn * 7));
  await writer.kill();
}

describe.concurrent('a process that was killed while it wrote', { timeout: 60_000 }, () => {
  test('leaves a whole record that only its owner can read', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    for (let turn = 0; turn < KILLS; turn++) {
      await killWriter(context, stage, turn);
      const file = join(stage.folder, 'loop.json');
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ end: true });
      for (const name of await readdir(stage.folder)) {
        expect((await stat(join(stage.folder, name))).mode & 0o777).toBe(0o600);
      }
    }
    expect((await stat(stage.folder)).mode & 0o777).toBe(0o700);
  });

  test('leaves a partial file, which a later write removes', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const leftovers = async () => (await stage.files()).filter((name) => !name.endsWith('.json'));
    for (let turn = 0; turn < 3 * KILLS && (await leftovers()).length === 0; turn++) {
      await killWriter(context, stage, turn);
    }
    const found = await leftovers();
    expect(found).not.toEqual([]);
    // A fresh one may belong to a living process: only files older than any write are removed.
    const storage = fileStorage(stage.folder);
    await storage.set('loop', '{}');
    expect(await leftovers()).toEqual(found);
    const longAgo = new Date(Date.now() - 120_000);
    for (const name of found) await utimes(join(stage.folder, name), longAgo, longAgo);
    await storage.set('loop', '{}');
    expect(await leftovers()).toEqual([]);
  });
});
