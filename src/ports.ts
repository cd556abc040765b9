/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Stores the record: a string under a key. Methods may be synchronous. Any may reject; the message of a
 * `TmdbAuthError` with code `storage_unavailable` is shown to the user, any other is replaced.
 */
export interface StoragePort {
  /**
   * Holds only about 2 kB (a cookie, a phone's secure store), so a guest's ratings are stored as a summary. Default:
   * `false`.
   */
  isSmall?: boolean;
  /** The value, or null if there is none. */
  get(key: string): MaybePromise<string | null>;
  /** Writes the value, completely or not at all: it holds the session. */
  set(key: string, value: string): MaybePromise<void>;
  /** Removes the value. Succeeds if there is none. */
  remove(key: string): MaybePromise<void>;
  /**
   * Rejects with a `TmdbAuthError` if it is clear without a write that a record cannot be saved (a read-only folder).
   * Called before a sign-in, which then rejects with the same error. Must settle by itself. Default: no check.
   */
  check?(key: string): MaybePromise<void>;
  /**
   * Runs `job`, which reads and writes, while no other client on this storage runs one for that key. A client waits
   * 5 s for the lock. After that, or if this rejects before `job` has started, the client warns once and works without
   * the lock for 60 s; a lock that arrives late does not run `job` again.
   */
  exclusively?<T>(key: string, job: () => Promise<T>): Promise<T>;
}

/** Time, in ms and epoch ms. `setTimeout` gets at most 30 s. */
export interface ClockPort {
  /** Epoch ms. May jump: a machine sleeps, a clock is set. */
  now(): number;
  /** Calls `run` once after `ms`; returns the handle for `clearTimeout`. */
  setTimeout(run: () => void, ms: number): unknown;
  /** Cancels the timer; has no effect once it has fired. */
  clearTimeout(handle: unknown): void;
  /** Calls `check` when time may have jumped (a tab shown again, a network back). Returns a function that stops it. */
  onWake?(check: () => void): () => void;
}

/** One trip to TMDB's approval page and back. */
export interface Visit {
  /** Where TMDB sends the user back to. Without it the user stays on TMDB. */
  redirectTo?: string;
  /** First poll after this many ms, then less and less often: for visits that cannot return. */
  pollInterval?: number;
  /**
   * Shows the approval page. If it throws, the sign-in continues to wait, as the user may open the page by hand; a
   * `TmdbAuthError` becomes the view's failure.
   */
  open(approvalUrl: string): MaybePromise<void>;
  /** Shows it again, when `login()` is called while the sign-in waits. Called synchronously, like `visit`. */
  again?(approvalUrl: string): void;
  /** Called when the sign-in ends, for any reason. */
  close?(): void;
}

/** Takes the user to TMDB. `visit` is called synchronously in `login()`, so that it can open a popup. */
export interface NavigatorPort {
  /** Starts a visit. */
  visit(): MaybePromise<Visit>;
  /** The return address of a visit made now, if known: a v4 token can be prefetched for it. */
  redirectTo?(): string;
}

/** Tells the other tabs or processes on the same storage that the record changed. */
export interface ChannelPort {
  /** Announces a change. `'written'`: more follows (a claim, then its session). */
  post(how?: 'written'): void;
  /**
   * Calls `changed` for each announcement. `'written'`: the writer has not announced the record yet. A channel that
   * cannot carry the flag may omit it.
   */
  subscribe(changed: (how?: 'written') => void): () => void;
  /** Sends the user's changes at TMDB to the other clients: plain JSON, no secret. Optional. */
  tell?(message: unknown): void;
  /**
   * Calls `hear` for each such message. Untrusted: any script of the origin can send one. Returns a function that
   * stops it.
   */
  onTold?(hear: (message: unknown) => void): () => void;
}
