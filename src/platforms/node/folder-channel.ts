import { type FSWatcher, mkdirSync, unwatchFile, watch, watchFile } from 'node:fs';
import type { ChannelPort } from '../../ports.ts';

/** How often to check whether the watched folder was replaced, in ms. */
const LOOK_AGAIN = 2_000;

/**
 * Reports when another process writes in that folder. The write itself is the message, so `post` does nothing.
 *
 * The watcher of a folder that is deleted and created again hears nothing (fsnotify#663), and some file systems (NFS,
 * mounts of a container) report no changes at all. So the folder's times are polled as well, every 2 s.
 */
export function folderChannel(folderOf: () => string): ChannelPort {
  return {
    post() {},
    subscribe(changed) {
      let folder: string;
      try {
        folder = folderOf();
      } catch {
        // There is no folder; the storage reports that.
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
    // Another user may create it later.
  }
}

function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Ignores lock folders and temporary files.
      if (name === null || name.endsWith('.json')) changed();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    // The folder is missing, or its file system cannot be watched.
    return undefined;
  }
}
