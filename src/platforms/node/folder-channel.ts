import { mkdirSync, watch } from 'node:fs';
import type { ChannelPort } from '../../ports.ts';

/** Notices when another process writes in that folder. Writing is the message: there is nothing to post. */
export function folderChannel(folder: string): ChannelPort {
  return {
    post() {},
    subscribe(changed) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const watcher = watch(folder, { persistent: false }, (_event, name) => {
          // Locks and half-written files come and go beside the record.
          if (name === null || name.endsWith('.json')) changed();
        });
        watcher.on('error', () => watcher.close());
        return () => watcher.close();
      } catch {
        // Not every file system can be watched. The record is read again before every step all the same.
        return () => {};
      }
    },
  };
}
