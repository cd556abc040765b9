import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { createStage, startSource, until } from './processes.ts';

const COUNT = 'test/node/count.ts';

describe('a file used by several processes', { timeout: 60_000 }, () => {
  test('loses no write', async (context) => {
    const { folder } = await createStage(context);
    const processes = Array.from({ length: 3 }, () => startSource(context, COUNT, [folder, '40'], {}));
    for (const { exit } of processes) context.expect(await exit).toEqual({ code: 0, signal: null });
    context.expect(await fileStorage(folder).get('count')).toBe('120');
    context.expect(await readdir(folder)).toEqual(['count.json']);
  });

  test('is soon free of the lock of a dead process', async (context) => {
    const { folder } = await createStage(context);
    await mkdir(join(folder, 'count.json.lock'), { recursive: true });
    const { exit } = startSource(context, COUNT, [folder, '1'], {});
    context.expect(await exit).toEqual({ code: 0, signal: null });
    context.expect(await fileStorage(folder).get('count')).toBe('1');
    context.expect(await readdir(folder)).toEqual(['count.json']);
  });

  test('stays locked by a living process, however long its job takes', async (context) => {
    const { folder } = await createStage(context);
    const order: string[] = [];
    const job = (name: string, ms: number) => async () => {
      order.push(`${name} begins`);
      await pause(ms);
      order.push(`${name} ends`);
    };
    const first = fileStorage(folder).exclusively?.('count', job('first', 2_000));
    await until(
      () => order.length > 0,
      () => 'the first job',
    );
    await Promise.all([first, fileStorage(folder).exclusively?.('count', job('second', 0))]);
    context.expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });
});
