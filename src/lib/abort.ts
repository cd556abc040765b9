/** `signal.throwIfAborted()`, which React Native's signals do not have. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason ?? new Error('This was aborted.');
}

interface Listening {
  runs: Set<() => void>;
  tell(): void;
}
const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `run` once when the signal is aborted. Returns a function that stops it. Adds one listener per signal: Node
 * warns of more than ten, and an app may pass one signal to a hundred calls.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const { runs, tell } = listening.get(signal) ?? listenTo(signal);
  const entry = () => run();
  runs.add(entry);
  return () => {
    runs.delete(entry);
    if (runs.size > 0) return;
    signal.removeEventListener('abort', tell);
    listening.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listening {
  const runs = new Set<() => void>();
  const tell = () => {
    for (const run of [...runs]) if (runs.has(run)) run();
  };
  signal.addEventListener('abort', tell);
  listening.set(signal, { runs, tell });
  return { runs, tell };
}
