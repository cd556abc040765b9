import { createSeal } from '../seal.ts';

/** Seals values, so that Restate can store them but neither read, change nor swap them. */
export interface Sealing {
  close(purpose: string, value: unknown): Promise<string>;
  /** The value, or null if it was not sealed by us for this purpose. Never rejects. */
  open<T>(purpose: string, sealed: unknown): Promise<T | null>;
}

/** The latest time that `Date` can represent, epoch ms. */
const NO_END = 8.64e15;

/**
 * Sealed values do not expire: Restate may run a handler again long after a crash, with the same result. Where age
 * matters, the value contains its time, which is compared with a time that Restate remembers.
 */
export function createSealing(secrets: readonly string[]): Sealing {
  const seal = createSeal(secrets, () => 0);
  return {
    close: (purpose, value) => seal.close(`restate ${purpose}`, JSON.stringify(value), NO_END),
    async open<T>(purpose: string, sealed: unknown) {
      const text = typeof sealed === 'string' ? await seal.open(`restate ${purpose}`, sealed) : null;
      return text === null ? null : (JSON.parse(text) as T);
    },
  };
}

/** Contains the sign-in's id, so that a secret cannot be used for another sign-in. */
export const secretOf = (id: string, name: 'requestToken' | 'accessToken' | 'sessionId') => `${name} ${id}`;
