// fsnotify/fsnotify#663, cri-o/ocicni#42: A watched folder was deleted and made again (a cleanup, a restored backup). Its watcher stayed on the deleted one and heard nothing any more.
// Here: The folder's times are looked at as well, every 2 s: it is watched again, also where it was missing or could not be made at the start.
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { folderChannel } from '../../src/platforms/node/folder-channel.ts';
import { signInBefore } from '../cli/run.ts';
import { createClient } from '../node/person.ts';
import { createStage, type Stage, until } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };

/** A client that only listens. */
function createDaemon(context: TestContext, stage: Stage) {
  const { auth } = createClient(context, stage, { browser: false });
  const hears = (status: string) =>
    until(
      () => auth.getView().status === status,
      () => `${status}, is ${auth.getView().state}`,
    );
  return { hears };
}

const WAYS: [string, (stage: Stage) => Promise<void>][] = [
  ['deleted', ({ folder }) => rm(folder, { recursive: true })],
  ['deleted with the folder above it', ({ folder }) => rm(dirname(folder), { recursive: true })],
  ['moved away', ({ folder }) => rename(folder, `${folder}-before`)],
  [
    'replaced by a link to another',
    async ({ folder }) => {
      await rename(folder, `${folder}-before`);
      await mkdir(`${folder}-elsewhere`);
      await symlink(`${folder}-elsewhere`, folder);
    },
  ],
];

describe.concurrent('a folder that is watched', LIMIT, () => {
  test.for(WAYS)('a sign-in is heard after it was %s and made again', async ([, change], context) => {
    const stage = await createStage(context);
    const { hears } = createDaemon(context, stage);
    await hears('signedOut');
    await signInBefore(context, stage);
    await hears('user');
    await change(stage);
    await hears('signedOut');
    await signInBefore(context, stage);
    await hears('user');
  });

  test('a file in place of a folder above it is no end: it is heard once it is there', async (context) => {
    const stage = await createStage(context);
    const above = join(dirname(stage.folder), 'above');
    await writeFile(above, '');
    const folder = join(above, 'kept');
    let heard = 0;
    const stop = folderChannel(() => folder).subscribe(() => {
      heard += 1;
    });
    context.onTestFinished(stop);
    await rm(above);
    await mkdir(folder, { recursive: true });
    const before = heard;
    await until(
      () => heard > before,
      () => 'the folder',
    );
  });

  test('nothing is heard any more after the end', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    let heard = 0;
    const { subscribe } = folderChannel(() => stage.folder);
    subscribe(() => {
      heard += 1;
    })();
    let others = 0;
    context.onTestFinished(
      subscribe(() => {
        others += 1;
      }),
    );
    await rm(stage.folder, { recursive: true });
    await mkdir(stage.folder);
    await chmod(stage.folder, 0o700);
    await until(
      () => others > 0,
      () => 'the other subscription',
    );
    expect(heard).toBe(0);
  });
});
