import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';
import { readPrivate, writePrivate } from '../../platforms/node/private-file.ts';
import { createSandbox } from '../sandbox/index.ts';

/** The file that keeps a sandbox's state, for its owner alone. */
export interface StateFile {
  /** The file's content; null if there was no file. */
  readonly found: string | null;
  /**
   * Writes the state if it changed, one write at a time. Never rejects: a failed write is noted once and tried again
   * with the next save.
   */
  save(current: () => string): Promise<void>;
  /** The first write. Rejects if the file cannot be written. */
  begin(text: string): Promise<void>;
}

/** Rejects if the file is broken, and leaves it unchanged, or if it belongs to another user. */
export async function openState(path: string, note: (text: string) => void): Promise<StateFile> {
  const file = resolve(path);
  const found = await readPrivate(file);
  if (found !== null) check(file, found);
  let written = found;
  let isFailing = false;
  let queue = Promise.resolve();

  async function write(text: string): Promise<void> {
    if (text === written) return;
    await writePrivate(file, text);
    written = text;
    isFailing = false;
  }

  return {
    found,
    save(current) {
      queue = queue
        .then(() => write(current()))
        .catch((error: Error) => {
          if (!isFailing) note(`The state could not be saved. The next change tries again. ${error.message}`);
          isFailing = true;
        });
      return queue;
    },
    async begin(text) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await write(text);
    },
  };
}

function check(file: string, state: string): void {
  try {
    createSandbox({ state });
  } catch {
    const message = `${file} is broken or was not saved by this version. Move it away, or name another file.`;
    throw new TmdbAuthError('storage_unavailable', { message });
  }
}
