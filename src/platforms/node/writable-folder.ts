import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';

const OR_ANOTHER = 'Or name another folder (--folder, the option folder).';

/**
 * Rejects with `storage_unavailable`, naming the folder, if this user may not write there. For a missing folder,
 * checks its nearest existing parent, where it would be created. Writes nothing. `kept`: what the message says cannot
 * be saved.
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

/** The error code of the file system, or null if the folder is writable. */
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
      return `This user may not write to ${folder} (${code}), so ${kept} cannot be saved. If it was made with sudo, make it yours with chown. ${OR_ANOTHER}`;
    case 'EROFS':
      return `${folder} is on a read-only file system (${code}), so ${kept} cannot be saved. ${OR_ANOTHER}`;
    case 'ENOTDIR':
      return `${folder} is not a folder (${code}), so ${kept} cannot be saved. Move it away. ${OR_ANOTHER}`;
    default:
      return `${folder} cannot be used (${code}), so ${kept} cannot be saved. ${OR_ANOTHER}`;
  }
}
