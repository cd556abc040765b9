/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Where the one record is kept: a value of text under a key. May be synchronous or not. Every call may reject: with a
 * `TmdbAuthError` of code `storage_unavailable` its message is shown to the user, with anything else a general one.
 */
export interface StoragePort {
  /** It holds some 2 kB (a cookie, a phone's secure store): what a guest has rated is kept in brief. Default: `false`. */
  isSmall?: boolean;
  /** The value, or null if there is none. */
  get(key: string): MaybePromise<string | null>;
  /** Writes it. Should be whole or not at all: it holds the session. */
  set(key: string, value: string): MaybePromise<void>;
  /** Removes it; fine if there is none. */
  remove(key: string): MaybePromise<void>;
  /**
   * Rejects with a `TmdbAuthError` if it is known, without a write, that a record could not be kept (a read-only folder).
   * Asked before a sign-in begins, which then rejects with the same. Has to end by itself. Default: nothing is known.
   */
  check?(key: string): MaybePromise<void>;
  /**
   * Runs `job`, which reads and writes, while no other client on this storage runs one for that key. A client waits
   * 5 s for its turn. After that, or if this rejects before `job` has begun, the client warns once and goes on without
   * a turn for 60 s; a turn that comes late does not run `job` again.
   */
  exclusively?<T>(key: string, job: () => Promise<T>): Promise<T>;
}

/** Time, in ms and epoch ms. `setTimeout` is asked for 30 s at most. */
export interface ClockPort {
  /** Epoch ms. May jump: a machine sleeps, a clock is set. */
  now(): number;
  /** Calls `run` once after so many ms, and returns what `clearTimeout` takes. */
  setTimeout(run: () => void, ms: number): unknown;
  /** Cancels the timer; has no effect once it has fired. */
  clearTimeout(handle: unknown): void;
  /** Calls `check` when time may have jumped (a tab shown again, a network back). Returns its own undo. */
  onWake?(check: () => void): () => void;
}

/** One way to TMDB's approval page and back. */
export interface Visit {
  /** Where TMDB sends the user back to. Without it the user stays on TMDB. */
  redirectTo?: string;
  /** Ask TMDB after so many ms, then less and less often, whether the user has approved: for visits that cannot come back. */
  pollInterval?: number;
  /**
   * Shows the approval page. If it throws, the sign-in goes on waiting, as the user may open the page by hand; a
   * `TmdbAuthError` becomes the view's failure.
   */
  open(approvalUrl: string): MaybePromise<void>;
  /** Shows it again, when `login()` is called while the sign-in waits. Called at once, like `visit`. */
  again?(approvalUrl: string): void;
  /** The sign-in ended, for whatever reason. */
  close?(): void;
}

/** Takes the user to TMDB. `visit` is called at once, in the very call of `login()`: a popup may be opened there. */
export interface NavigatorPort {
  /** Begins a way to TMDB. */
  visit(): MaybePromise<Visit>;
  /** Where a visit made now would come back to, if that is known before: a v4 token can be fetched ahead for it. */
  redirectTo?(): string;
}

/** Tells the other tabs or processes on the same storage that the record changed. */
export interface ChannelPort {
  /** Tells the others. With `'written'` more follows: a claim on a token, after which its session is written. */
  post(how?: 'written'): void;
  /**
   * `changed` is called for what others posted. With `'written'` for a write that was not announced by its writer,
   * or not yet: a message can overtake what it tells of. A channel that cannot carry the word may leave it out.
   */
  subscribe(changed: (how?: 'written') => void): () => void;
  /**
   * Tells the others what the user has changed at TMDB: plain JSON, no secret. A channel that cannot carry it leaves it
   * out.
   */
  tell?(message: unknown): void;
  /** `hear` is called with what others told. Any script may have told it. Returns its own undo. */
  onTold?(hear: (message: unknown) => void): () => void;
}
