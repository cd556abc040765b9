import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { createStage, startSource } from './processes.ts';

const COUNT = 'test/node/count.ts';

describe('a file read and written by several processes', { timeout: 60_000 }, () => {
  test('nothing that one writes is lost to another', async (context) => {
    const { folder } = await createStage(context);
    const processes = Array.from({ length: 3 }, () => startSource(context, COUNT, [folder, '40'], {}));
    for (const { exit } of processes) context.expect(await exit).toEqual({ code: 0, signal: null });
    context.expect(await fileStorage(folder).get('count')).toBe('120');
    context.expect(await readdir(folder)).toEqual(['count.json']);
  });

  test('the lock of a process that died is no lock for long', async (context) => {
    const { folder } = await createStage(context);
    await mkdir(join(folder, 'count.json.lock'), { recursive: true });
    const { exit } = startSource(context, COUNT, [folder, '1'], {});
    context.expect(await exit).toEqual({ code: 0, signal: null });
    context.expect(await fileStorage(folder).get('count')).toBe('1');
    context.expect(await readdir(folder)).toEqual(['count.json']);
  });
});
