import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';
import { readPrivate, writePrivate } from '../../platforms/node/private-file.ts';
import { createSandbox } from '../sandbox/index.ts';

/** The file that keeps a sandbox's state, for its owner alone. */
export interface StateFile {
  /** What it held; null if there was none. */
  readonly found: string | null;
  /** Writes what is new, one after another. Never rejects: what cannot be written is noted, and tried again next time. */
  save(current: () => string): Promise<void>;
  /** The same for the first time. Rejects if the file cannot be written. */
  begin(text: string): Promise<void>;
}

/** Rejects if the file is broken, which leaves it as it is, or if it is not this user's. */
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
          if (!isFailing) note(`The state could not be saved, and will be tried again: ${error.message}`);
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
    const message = `${file} is broken, or not a state that this version saved. Move it away, or name another file.`;
    throw new TmdbAuthError('storage_unavailable', { message });
  }
}
