/** A full disk: a tiny one that the test mounts, where mounting is allowed. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { createStage, press } from '../node/processes.ts';
import {
  makeFolder,
  onlyLine,
  recordFile,
  resultOf,
  run,
  shownUrl,
  signInBefore,
  startCommand,
} from './run.ts';

/** Mounts 16 kB at the folder. Returns a function that unmounts it, or null where mounting is not allowed. */
function mountSmallDisk(folder: string): (() => void) | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' });
    return () => void execFileSync('umount', [folder]);
  } catch {
    return null;
  }
}

/** Writes until the disk is full. */
function fill(folder: string) {
  for (const size of [4096, 512, 1]) {
    for (let count = 0; count < 100; count++) {
      try {
        writeFileSync(join(folder, `filler-${size}-${count}`), 'x'.repeat(size));
      } catch {
        break;
      }
    }
  }
}

describe('the command on a full disk', { timeout: 60_000 }, () => {
  test('says on login that the session cannot be saved, exits 1, and leaves no session at TMDB', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const unmount = mountSmallDisk(await makeFolder(stage));
    if (!unmount) return context.skip('mount is not allowed here');
    context.onTestFinished(unmount);
    fill(stage.folder);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(command), 'allow');
    const { code, stdout, stderr } = await resultOf(command);
    expect(stderr).toContain('Storage is unavailable: changes will not be remembered.');
    expect(stderr).toContain(
      'The session could not be saved, so it was signed out again. (storage_unavailable)',
    );
    expect(stdout).toBe('');
    expect(stage.tmdb.sessions()).toEqual([]);
    expect((await stage.files()).filter((name) => !name.startsWith('filler'))).toEqual([]);
    expect(code).toBe(1);
  });

  test('keeps the earlier record whole, so that the user can sign out', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const unmount = mountSmallDisk(await makeFolder(stage));
    if (!unmount) return context.skip('mount is not allowed here');
    context.onTestFinished(unmount);
    await signInBefore(context, stage);
    const before = readFileSync(recordFile(stage), 'utf8');
    fill(stage.folder);
    // The session is revoked: TMDB is asked about it, and its end cannot be written.
    stage.tmdb.revoke();
    const whoami = await run(context, stage, ['whoami', '--json']);
    expect(onlyLine(whoami.stdout)).toMatchObject({ status: 'signedOut' });
    expect([before, null]).toContain(await readFileOrNull(recordFile(stage)));
    const { code } = await run(context, stage, ['logout']);
    expect(code).toBe(0);
    expect((await stage.files()).filter((name) => !name.startsWith('filler'))).toEqual([]);
  });
});

async function readFileOrNull(file: string) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
