/**
 * Adds one to the number that a record has in its facts and in its secrets, so many times: `worker.ts FOLDER KEYCHAIN
 * TIMES [JOB]`. With a job (`set`, `remove`) it prints `waiting` once it has done that in the keychain, and then
 * hangs.
 */
import { TmdbAuthError } from '../../../src/index.ts';
import { fileStorage } from '../../../src/platforms/node/index.ts';
import { splitStorage } from '../../../src/platforms/node/split-storage.ts';
import { secretsIn } from './secrets-in.ts';

const [folder = '', keychain = '', times = '', job] = process.argv.slice(2);
const secrets = secretsIn(keychain);

async function wait(): Promise<never> {
  process.stdout.write('waiting\n');
  return new Promise<never>((_, reject) => setTimeout(reject, 3_600_000));
}

if (job === 'set') {
  const { set } = secrets;
  secrets.set = async (...entry) => {
    await set(...entry);
    return wait();
  };
}
if (job === 'remove') secrets.remove = wait;

const storage = splitStorage(fileStorage(folder), { folder, secrets, limit: 3_600_000 });
for (let done = 0; done < Number(times); ) {
  const counted = storage.exclusively('count', async () => {
    const { n } = JSON.parse((await storage.get('count')) ?? '{"facts":{"n":0}}').facts;
    await storage.set('count', JSON.stringify({ v: 1, facts: { n: n + 1 }, secrets: { n: n + 1 } }));
    done += 1;
  });
  // On a busy machine the lock may not be granted in time: then nothing was counted.
  await counted.catch((error) => {
    if (!TmdbAuthError.is(error)) throw error;
  });
}
