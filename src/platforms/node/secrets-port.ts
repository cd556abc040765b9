/** Where the secrets of a record are kept apart from its file: texts by name. Every call may reject. */
export interface SecretsPort {
  /** The text, or null if there is none. */
  get(name: string, signal: AbortSignal): Promise<string | null>;
  /** Writes it. Names are never used twice. */
  set(name: string, text: string, signal: AbortSignal): Promise<void>;
  /** Removes it; fine if there is none. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** All names. Without it, an entry that a killed process had just written stays for good. */
  list?(signal: AbortSignal): Promise<string[]>;
}
