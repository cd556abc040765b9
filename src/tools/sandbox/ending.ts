/**
 * A one-time signal. Not an `AbortSignal`, as happy-dom and jsdom replace that class by their own, and Node warns
 * about more than ten listeners.
 */
export interface Ending {
  readonly isEnded: boolean;
  /** A second call does nothing. */
  end(): void;
  /** Calls `listener` at the end, but not if it has ended before. Returns a function that removes the listener. */
  onEnd(listener: () => void): () => void;
}

export function createEnding(): Ending {
  const listeners = new Set<() => void>();
  let isEnded = false;
  return {
    get isEnded() {
      return isEnded;
    },
    end() {
      isEnded = true;
      const current = [...listeners];
      listeners.clear();
      for (const listener of current) listener();
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Resolves when `begin` calls `done`; rejects if `ending` comes first. `begin` returns a function that stops the
 * wait.
 */
export function unlessEnded(ending: Ending, begin: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Error('The sandbox is closed.'));
    if (ending.isEnded) return refuse();
    const stop = begin(() => {
      forget();
      resolve();
    });
    const forget = ending.onEnd(() => {
      stop();
      refuse();
    });
  });
}
