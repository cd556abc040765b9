// fsnotify/fsnotify#663, cri-o/ocicni#42: A watched folder was deleted and created again (a cleanup, a restored backup). Its watcher stayed on the deleted one and heard nothing more.
// Here: The client also checks the folder's times every 2 s. It watches the folder again after it was recreated, and also if it was missing or could not be created at the start.
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

describe.concurrent('a watched folder', LIMIT, () => {
  test.for(WAYS)(
    'a client sees a sign-in after the folder was %s and created again',
    async ([, change], context) => {
      const stage = await createStage(context);
      const { hears } = createDaemon(context, stage);
      await hears('signedOut');
      await signInBefore(context, stage);
      await hears('user');
      await change(stage);
      await hears('signedOut');
      await signInBefore(context, stage);
      await hears('user');
    },
  );

  test('a subscriber hears of a folder that is created once a file in place of its parent is gone', async (context) => {
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

  test('a subscriber that has stopped hears nothing more', async (context) => {
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
