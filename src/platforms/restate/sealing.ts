import { createSeal } from '../seal.ts';

/** Values that Restate carries and keeps without being able to read, change or exchange them. */
export interface Sealing {
  close(purpose: string, value: unknown): Promise<string>;
  /** The value, or null for whatever we did not seal for this purpose. Never rejects. */
  open<T>(purpose: string, sealed: unknown): Promise<T | null>;
}

/** The last moment `Date` knows, epoch ms. */
const NO_END = 8.64e15;

/**
 * What is sealed here has no end: Restate runs a handler again after a crash, however much later, and it must come
 * to the same then. Where age matters it is in the value, and is compared with a time that Restate remembers.
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

/** Of one sign-in only, so that nothing of it can be passed off as another's. */
export const secretOf = (id: string, name: 'requestToken' | 'accessToken' | 'sessionId') => `${name} ${id}`;
