/**
 * Something that ends once. In place of an `AbortSignal`: pages of tests (happy-dom, jsdom) replace that by their own,
 * and Node warns where more than ten listen to one.
 */
export interface Ending {
  readonly isOver: boolean;
  /** Ends it; a second call does nothing. */
  end(): void;
  /** Calls `listener` when it ends, not if it has ended before. Returns the removal of the listener. */
  onEnd(listener: () => void): () => void;
}

export function createEnding(): Ending {
  const listeners = new Set<() => void>();
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end() {
      isOver = true;
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) listener();
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Resolves when `begin` calls back, and rejects if `ending` comes first. `begin` returns how to stop waiting. */
export function unlessOver(ending: Ending, begin: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Error('The sandbox is closed.'));
    if (ending.isOver) return refuse();
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
