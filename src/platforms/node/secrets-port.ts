/** A store for the secrets of a record, apart from its file: texts by name. Every call may reject. */
export interface SecretsPort {
  /** The text, or null if there is none. */
  get(name: string, signal: AbortSignal): Promise<string | null>;
  /** Writes the text. Names are never reused. */
  set(name: string, text: string, signal: AbortSignal): Promise<void>;
  /** Removes the text. Succeeds if there is none. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** All names. Without this method, an entry that a killed process had just written stays for ever. */
  list?(signal: AbortSignal): Promise<string[]>;
}
