import { type FSWatcher, mkdirSync, unwatchFile, watch, watchFile } from 'node:fs';
import type { ChannelPort } from '../../ports.ts';

/** How often to look whether the folder is still the one that is watched, in ms. */
const LOOK_AGAIN = 2_000;

/**
 * Notices when another process writes in that folder. Writing is the message: there is nothing to post.
 *
 * A watched folder that is deleted and made again tells its watcher nothing (fsnotify#663), and some file systems (NFS,
 * mounts of a container) tell nothing at all. So the folder's times are looked at as well, every 2 s.
 */
export function folderChannel(folderOf: () => string): ChannelPort {
  return {
    post() {},
    subscribe(changed) {
      let folder: string;
      try {
        folder = folderOf();
      } catch {
        // The storage says it: there is no folder.
        return () => {};
      }
      let watcher: FSWatcher | undefined;
      const watchAgain = () => {
        watcher?.close();
        watcher = watchFolder(folder, changed);
      };
      const look = () => {
        watchAgain();
        changed();
      };
      makeFolder(folder);
      watchAgain();
      watchFile(folder, { persistent: false, interval: LOOK_AGAIN }, look);
      return () => {
        watcher?.close();
        unwatchFile(folder, look);
      };
    },
  };
}

function makeFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // It may be made later, by a user who may.
  }
}

function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Locks and half-written files come and go beside the record.
      if (name === null || name.endsWith('.json')) changed();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    // It is not there, or its file system cannot be watched.
    return undefined;
  }
}
