import type { AuthFacts, Failure } from '../../machines/index.ts';
import { memoryStorage, type StoragePort } from '../../src/index.ts';
import { createWallClock } from '../../src/lib/clock.ts';
import { commonSettingsOf } from '../../src/options.ts';
import { RecordKeeper } from '../../src/record/keeper.ts';
import { parseRecord } from '../../src/record/session-record.ts';
import { createVault, type Secrets } from '../../src/record/vault.ts';
import { account, NOW, record, endlessSession as session, token } from '../machine/facts.ts';
import { createTestClock } from '../support/clock.ts';
import { brokenStorage, quiet } from './helpers.ts';

export const KEY = 'record';
export const SECRETS = {
  requestToken: 'token-1',
  redirectTo: 'http://app.test',
  accessToken: 'access-1',
  sessionId: 'session-1',
  guestId: 'guest-1',
};
export const facts = (some: Partial<AuthFacts> = {}): AuthFacts => record(some).facts;
export const awaited = facts({ token });
export const signedIn = facts({ session, account });

/** Clients on one storage and one simulated clock; `operations` lists the writes. */
export function createStage() {
  const host = createTestClock(NOW);
  const memory = memoryStorage();
  const operations: string[] = [];
  const storage: StoragePort = {
    get: (key) => memory.get(key),
    set(key, value) {
      operations.push('set');
      return memory.set(key, value);
    },
    remove(key) {
      operations.push('remove');
      return memory.remove(key);
    },
  };
  const passes = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await quiet(2);
      host.advance(Math.min(250, ms - passed));
    }
    await quiet(2);
  };
  const client = (id: string, broken: Partial<StoragePort> = {}, isAlone = false) => {
    const vault = createVault();
    const heard: { at: number; facts: AuthFacts; orphans: string[] }[] = [];
    const failures: Failure[] = [];
    const warnings: Failure[] = [];
    const posts: string[] = [];
    const settings = commonSettingsOf({
      storage: brokenStorage(storage, broken),
      storageKey: KEY,
      clock: host,
      ...(!isAlone && { channel: { post: () => void posts.push(id), subscribe: () => () => {} } }),
      onWarning: (failure) => warnings.push(failure),
    });
    const record = new RecordKeeper({
      id,
      settings,
      clock: createWallClock(host),
      vault,
      onAdopted: (restored, orphans) => heard.push({ ...restored, orphans }),
      onChange: () => {},
      onFailure: (failure) => failures.push(failure),
    });
    return {
      vault,
      record,
      heard,
      failures,
      warnings,
      posts,
      restore: () => record.restore(signal()),
      async save(now: AuthFacts, secrets: Partial<Secrets> = {}) {
        vault.put(secrets);
        record.save(now);
        await record.flush();
      },
    };
  };
  const stored = async () => {
    const text = await memory.get(KEY);
    return text === null ? null : parseRecord(text);
  };
  return { host, memory, operations, passes, client, stored };
}

/** A stage with two clients. */
export function createPair() {
  const stage = createStage();
  return { ...stage, one: stage.client('one'), other: stage.client('other') };
}

export const signal = () => new AbortController().signal;

/** The outcome of a promise so far. */
export function watch<Value>(promise: Promise<Value>) {
  const end: { value?: Value; error?: unknown } = {};
  promise.then(
    (value) => {
      end.value = value;
    },
    (error) => {
      end.error = error;
    },
  );
  return end;
}
