import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';

const OTHERWISE = 'Or name another folder (--folder, the option folder).';

/**
 * Rejects with `storage_unavailable`, naming the folder, if this user may not write there. A folder that is not there
 * yet is judged by the nearest one above it, where it would be made. Writes nothing. `kept`: the message says that it
 * could not be kept.
 */
export async function assertWritable(folder: string, kept = 'the session'): Promise<void> {
  let nearest = resolve(folder);
  for (;;) {
    const trouble = await troubleWith(nearest);
    if (trouble === null) return;
    const above = dirname(nearest);
    if (trouble !== 'ENOENT' || above === nearest)
      throw new TmdbAuthError('storage_unavailable', { message: explained(nearest, trouble, kept) });
    nearest = above;
  }
}

/** The code of the file system's error, or null. */
async function troubleWith(folder: string): Promise<string | null> {
  try {
    if (!(await stat(folder)).isDirectory()) return 'ENOTDIR';
    await access(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

function explained(folder: string, code: string, kept: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `This user may not write to ${folder} (${code}), so ${kept} could not be kept. If it was made with sudo, make it yours with chown. ${OTHERWISE}`;
    case 'EROFS':
      return `${folder} is on a read-only file system (${code}), so ${kept} could not be kept. ${OTHERWISE}`;
    case 'ENOTDIR':
      return `${folder} is no folder (${code}), so ${kept} could not be kept. Move it away. ${OTHERWISE}`;
    default:
      return `${folder} cannot be used (${code}), so ${kept} could not be kept. ${OTHERWISE}`;
  }
}
