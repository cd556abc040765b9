import { authDelays, failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { MaybePromise } from '../ports.ts';
import { EMPTY_RECORD, isNewer, parseRecord, type SessionRecord, textOf } from './session-record.ts';

/** A storage that did not answer is not asked again for so long, in ms: each question would cost its whole timeout. */
const LEAVE_ALONE = 60_000;

/** The record and the text it came from. */
export interface Stored {
  text: string | null;
  record: SessionRecord;
}

/** The record in its storage. Every call ends: in time, or with `storage_unavailable`. */
export interface RecordStore {
  /** What is not readable is removed and reported, and is no record. Rejects with `record_newer`, and leaves that as it is. */
  read(): Promise<Stored>;
  /** Explicit retry: clears the time for which a storage that did not answer is left alone. */
  trustAgain(): void;
  /** Writes the record over what was read. */
  write(record: SessionRecord, over: Stored): Promise<void>;
  /** Runs `job` while no other client on this storage runs one, as far as the storage can say. */
  exclusively<T>(job: () => Promise<T>): Promise<T>;
}

export function createRecordStore({ storage, storageKey: key, clock, onWarning }: Settings): RecordStore {
  let hangsUntil = 0;

  const ask = <T>(operation: () => MaybePromise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new TmdbAuthError('storage_unavailable'));
      if (clock.now() < hangsUntil) return fail();
      // The host's own timer: a laptop that sleeps in the middle of a write is not a storage that hangs.
      const timer = clock.setTimeout(() => {
        hangsUntil = clock.now() + LEAVE_ALONE;
        fail();
      }, authDelays.storageTimeout);
      Promise.resolve()
        .then(operation)
        .then(resolve, fail)
        .finally(() => clock.clearTimeout(timer));
    });

  return {
    async read() {
      const text = await ask(() => storage.get(key));
      const record = text === null ? EMPTY_RECORD : parseRecord(text);
      if (record) return { text, record };
      if (isNewer(text as string)) throw new TmdbAuthError('record_newer');
      onWarning(
        failure('storage_unavailable', {
          message: 'The stored record was not readable and has been removed.',
        }),
      );
      await ask(() => storage.remove(key));
      return { text: null, record: EMPTY_RECORD };
    },
    trustAgain() {
      hangsUntil = 0;
    },
    exclusively: (job) => storage.exclusively?.(key, job) ?? job(),
    write(record, over) {
      const text = textOf(record, over.text);
      return ask(() => (text === null ? storage.remove(key) : storage.set(key, text)));
    },
  };
}
