import { authDelays, failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { MaybePromise } from '../ports.ts';
import { EMPTY_RECORD, isNewer, parseRecord, type SessionRecord, textOf } from './session-record.ts';

/**
 * How long to leave a storage alone that did not answer or gave no lock, in ms: each call would cost the whole
 * timeout.
 */
const LEAVE_ALONE = 60_000;

/** The record and the text it came from. */
export interface Stored {
  text: string | null;
  record: SessionRecord;
}

const NOTHING_STORED: Stored = { text: null, record: EMPTY_RECORD };

const NO_LOCK = {
  message: 'The stored record stayed locked. Continuing without its lock.',
};

/** Show only the storage's own errors: the message of any other error may hold a secret. */
const reasonOf = (error: unknown, otherwise = {}) =>
  TmdbAuthError.is(error) && (error.code === 'storage_unavailable' || error.code === 'record_newer')
    ? error
    : new TmdbAuthError('storage_unavailable', otherwise);

/** The record in its storage. Every call ends in time, or with `storage_unavailable`. */
export class RecordStore {
  private readonly settings: Settings;
  private hangsUntil = 0;
  private withoutLockUntil = 0;
  private hasMetNewer = false;
  /** The last text read or written, so that it is not parsed again. */
  private latest = NOTHING_STORED;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /**
   * Removes and reports an unreadable record, and resolves to an empty one. Rejects with `record_newer` for a record of
   * a newer version, which stays, and warns once.
   */
  async read(): Promise<Stored> {
    const { storage, storageKey, onWarning } = this.settings;
    const text = await this.ask(() => storage.get(storageKey));
    if (text === this.latest.text) return this.latest;
    const record = text === null ? EMPTY_RECORD : parseRecord(text);
    if (record) {
      this.latest = { text, record };
      return this.latest;
    }
    if (isNewer(text as string)) {
      const error = new TmdbAuthError('record_newer');
      if (!this.hasMetNewer) onWarning(error.failure);
      this.hasMetNewer = true;
      throw error;
    }
    onWarning(
      failure('storage_unavailable', {
        message: 'The stored record was unreadable and has been removed.',
      }),
    );
    await this.ask(() => storage.remove(storageKey));
    this.latest = NOTHING_STORED;
    return this.latest;
  }

  /** Explicit retry: clears the time for which a storage that did not answer is left alone. */
  trustAgain(): void {
    this.hangsUntil = 0;
  }

  /** Writes the record over the one that was read. */
  async write(record: SessionRecord, over: Stored): Promise<void> {
    const { storage, storageKey } = this.settings;
    const text = textOf(record, over.text);
    await this.ask(() => (text === null ? storage.remove(storageKey) : storage.set(storageKey, text)));
    this.latest = text === null ? NOTHING_STORED : { text, record };
  }

  /**
   * Runs `job` once, while no other client on this storage runs one. If the storage gives no lock in time, `job` runs
   * without one: a lock never hangs a client.
   */
  exclusively<T>(job: () => Promise<T>): Promise<T> {
    const { storage, storageKey, clock, onWarning } = this.settings;
    if (!storage.exclusively || clock.now() < this.withoutLockUntil) return job();
    return new Promise<T>((resolve) => {
      let run: Promise<T> | undefined;
      const begin = () => {
        clock.clearTimeout(timer);
        run ??= job();
        // Resolve with the job: a storage may never report that it released the lock.
        resolve(run);
        return run;
      };
      const beginWithout = (error?: unknown) => {
        if (run) return;
        begin();
        const isKnown = this.withoutLockUntil > 0;
        this.withoutLockUntil = clock.now() + LEAVE_ALONE;
        if (!isKnown) onWarning(reasonOf(error, NO_LOCK).failure);
      };
      const timer = clock.setTimeout(beginWithout, authDelays.storageTimeout);
      new Promise((end) => end(storage.exclusively?.(storageKey, begin))).then(
        () => beginWithout(),
        beginWithout,
      );
    });
  }

  private async ask<T>(operation: () => MaybePromise<T>): Promise<T> {
    if (this.settings.clock.now() < this.hangsUntil) throw reasonOf(null);
    try {
      const answer = operation();
      // A synchronous storage needs no timer.
      return answer && typeof answer === 'object' ? await this.inTime(answer as Promise<T>) : answer;
    } catch (error) {
      throw reasonOf(error);
    }
  }

  private inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock } = this.settings;
    return new Promise((resolve, reject) => {
      // The host's own timer: a laptop that sleeps during a write is not a storage that hangs.
      const timer = clock.setTimeout(() => {
        this.hangsUntil = clock.now() + LEAVE_ALONE;
        reject();
      }, authDelays.storageTimeout);
      const end = () => clock.clearTimeout(timer);
      Promise.resolve(answer).then(resolve, reject).finally(end);
    });
  }
}
