/** Writes without a pause until Ctrl-C, for a test that interrupts a command while it writes. */

import { fileStorage } from '../../src/platforms/node/index.ts';
import { untilInterrupted } from '../../src/tools/cli/interrupt.ts';

const storage = fileStorage(process.argv[2]);
const end = await untilInterrupted(async (signal) => {
  const write = async (name: string) => {
    while (!signal.aborted) await storage.set(name, 'x'.repeat(10_000));
  };
  const writing = Promise.all(['one', 'two', 'three', 'four'].map(write));
  process.stdout.write('writing\n');
  await writing;
  return 'ended cleanly\n';
});
process.stdout.write(end);
