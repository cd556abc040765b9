/** Adds one to the number in a folder’s record, so many times: `count.ts FOLDER TIMES`. */
import { TmdbAuthError } from '../../src/index.ts';
import { fileStorage } from '../../src/platforms/node/index.ts';

const [folder = '', times = ''] = process.argv.slice(2);
const storage = fileStorage(folder);
for (let done = 0; done < Number(times); ) {
  const counted = storage.exclusively?.('count', async () => {
    const count = Number(await storage.get('count'));
    await storage.set('count', String(count + 1));
    done += 1;
  });
  // On a busy machine the lock may not be granted in time: then nothing was counted.
  await counted?.catch((error) => {
    if (!TmdbAuthError.is(error)) throw error;
  });
}
