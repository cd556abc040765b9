/** Adds one to the number in a folder's record, so many times: `count.ts FOLDER TIMES`. */
import { fileStorage } from '../../src/platforms/node/index.ts';

const [folder = '', times = ''] = process.argv.slice(2);
const storage = fileStorage(folder);
for (let done = 0; done < Number(times); done += 1) {
  await storage.exclusively?.('count', async () => {
    const count = Number(await storage.get('count'));
    await storage.set('count', String(count + 1));
  });
}
