import { authDelays, failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { MaybePromise } from '../ports.ts';
import { EMPTY_RECORD, isNewer, parseRecord, type SessionRecord, textOf } from './session-record.ts';

/** A storage that did not answer, or gave no turn, is not asked again for so long, in ms: it would cost the whole timeout. */
const LEAVE_ALONE = 60_000;

/** The record and the text it came from. */
export interface Stored {
  text: string | null;
  record: SessionRecord;
}

/** The record in its storage. Every call ends: in time, or with `storage_unavailable`. */
export interface RecordStore {
  /** What is not readable is removed and reported, and is no record. Rejects with `record_newer`, leaves that as it is, and warns once. */
  read(): Promise<Stored>;
  /** Explicit retry: clears the time for which a storage that did not answer is left alone. */
  trustAgain(): void;
  /** Writes the record over what was read. */
  write(record: SessionRecord, over: Stored): Promise<void>;
  /**
   * Runs `job` once, while no other client on this storage runs one. If the storage gives no turn in time, `job` runs
   * without one: a lock never hangs a client.
   */
  exclusively<T>(job: () => Promise<T>): Promise<T>;
}

const NOTHING_STORED: Stored = { text: null, record: EMPTY_RECORD };

const NO_TURN = {
  message: 'The stored record stayed locked. Going on without its lock.',
};

/** Only what a storage says of itself is shown as it is: the message of another error may hold a secret. */
const reasonOf = (error: unknown, otherwise = {}) =>
  TmdbAuthError.is(error) && (error.code === 'storage_unavailable' || error.code === 'record_newer')
    ? error
    : new TmdbAuthError('storage_unavailable', otherwise);

export function createRecordStore({ storage, storageKey: key, clock, onWarning }: Settings): RecordStore {
  let hangsUntil = 0;
  let withoutTurnsUntil = 0;
  let hasMetNewer = false;
  /** What was read or written last: the same text is not parsed again. */
  let latest: Stored = NOTHING_STORED;

  const ask = async <T>(operation: () => MaybePromise<T>): Promise<T> => {
    if (clock.now() < hangsUntil) throw reasonOf(null);
    try {
      const answer = operation();
      // A storage that answers at once needs no timer.
      return answer && typeof answer === 'object' ? await inTime(answer as Promise<T>) : answer;
    } catch (error) {
      throw reasonOf(error);
    }
  };

  const inTime = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      // The host's own timer: a laptop that sleeps in the middle of a write is not a storage that hangs.
      const timer = clock.setTimeout(() => {
        hangsUntil = clock.now() + LEAVE_ALONE;
        reject();
      }, authDelays.storageTimeout);
      const end = () => clock.clearTimeout(timer);
      Promise.resolve(answer).then(resolve, reject).finally(end);
    });

  return {
    async read() {
      const text = await ask(() => storage.get(key));
      if (text === latest.text) return latest;
      const record = text === null ? EMPTY_RECORD : parseRecord(text);
      if (record) {
        latest = { text, record };
        return latest;
      }
      if (isNewer(text as string)) {
        const error = new TmdbAuthError('record_newer');
        if (!hasMetNewer) onWarning(error.failure);
        hasMetNewer = true;
        throw error;
      }
      onWarning(
        failure('storage_unavailable', {
          message: 'The stored record was not readable and has been removed.',
        }),
      );
      await ask(() => storage.remove(key));
      latest = NOTHING_STORED;
      return latest;
    },
    trustAgain() {
      hangsUntil = 0;
    },
    exclusively<T>(job: () => Promise<T>) {
      if (!storage.exclusively || clock.now() < withoutTurnsUntil) return job();
      return new Promise<T>((resolve) => {
        let run: Promise<T> | undefined;
        const begin = () => {
          clock.clearTimeout(timer);
          run ??= job();
          // The end of the job counts: a storage may never report the end of the turn.
          resolve(run);
          return run;
        };
        const beginWithout = (error?: unknown) => {
          if (run) return;
          begin();
          const isKnown = withoutTurnsUntil > 0;
          withoutTurnsUntil = clock.now() + LEAVE_ALONE;
          if (!isKnown) onWarning(reasonOf(error, NO_TURN).failure);
        };
        const timer = clock.setTimeout(beginWithout, authDelays.storageTimeout);
        new Promise((end) => end(storage.exclusively?.(key, begin))).then(() => beginWithout(), beginWithout);
      });
    },
    async write(record, over) {
      const text = textOf(record, over.text);
      await ask(() => (text === null ? storage.remove(key) : storage.set(key, text)));
      latest = text === null ? NOTHING_STORED : { text, record };
    },
  };
}
