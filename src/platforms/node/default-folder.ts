import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';

/**
 * The user's own folder for configuration, e.g. `~/.config/tmdb-auth`. Throws `storage_unavailable` if there is none: a
 * container may run a program without HOME, as a user without an entry in /etc/passwd.
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
    // `HOME=` would lead to a folder below wherever the program is started.
    if (isAbsolute(found)) return found;
  } catch {
    // Node throws where neither HOME nor the system knows one.
  }
  throw new TmdbAuthError('storage_unavailable', {
    message:
      'This user has no home folder to keep the session in. Set HOME, or name a folder (--folder, the option folder).',
    retryable: false,
  });
}
