/** An operation that waits until the test lets it go on. */
export interface Held {
  label: string;
  go(): void;
}

/** Waits in order with other held operations until it is released or aborted. */
export const hold = (held: Held[], label: string, signal?: AbortSignal | null): Promise<void> =>
  new Promise((resolve, reject) => {
    const entry = { label, go: resolve };
    held.push(entry);
    signal?.addEventListener('abort', () => {
      if (held.includes(entry)) held.splice(held.indexOf(entry), 1);
      reject(signal.reason);
    });
  });
