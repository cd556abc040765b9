import { createContext, useContext } from 'react';
import type { Library } from './library.ts';
import type { Mark } from './requests.ts';

/** Whose library it is: an account's id, the guest, or nobody's. */
export type Owner = number | 'guest' | 'nobody';

/** What is kept, and everything that changes it. Each change rejects if TMDB did not take it. */
export interface LibraryAccess {
  library: Library;
  owner: Owner;
  rate(film: number, value: number | null): Promise<void>;
  mark(film: number, as: Mark, isOn: boolean): Promise<void>;
  /** Resolves to the new list's id. A private one needs v4. */
  createList(name: string, isPrivate?: boolean): Promise<number>;
  putOnList(list: number, film: number, isOn: boolean): Promise<void>;
}

export const LibraryContext = createContext<LibraryAccess | null>(null);

export function useLibrary(): LibraryAccess {
  const access = useContext(LibraryContext);
  if (!access) throw new Error('There is no <LibraryProvider> above.');
  return access;
}
