import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';

/**
 * The user's configuration folder, e.g. `~/.config/tmdb-auth`. Throws `storage_unavailable` if the user has no home:
 * in a container, HOME may be unset and the user missing in /etc/passwd.
 */
export function defaultFolder(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env;
  switch (process.platform) {
    case 'darwin':
      return join(home(), 'Library', 'Preferences', 'tmdb-auth');
    case 'win32':
      return join(APPDATA || join(home(), 'AppData', 'Roaming'), 'tmdb-auth', 'Config');
    default:
      return join(XDG_CONFIG_HOME || join(home(), '.config'), 'tmdb-auth');
  }
}

function home(): string {
  try {
    const found = homedir();
    // With `HOME=` the folder would be relative to the working directory.
    if (isAbsolute(found)) return found;
  } catch {
    // Node throws if neither HOME nor the system names a home.
  }
  throw new TmdbAuthError('storage_unavailable', {
    message:
      'This user has no home folder to keep the session in. Set HOME, or name a folder (--folder, the option folder).',
    retryable: false,
  });
}
