/** `signal.throwIfAborted()`, which React Native's signals do not have. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason ?? new Error('This was aborted.');
}
