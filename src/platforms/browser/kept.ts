/** One text in Web storage that a page can do without: where storage is blocked or full it is not there. */
export interface Kept {
  read(): string | null;
  /** True if it is stored. */
  write(text: string): boolean;
  remove(): void;
}

export function keptIn(kind: 'localStorage' | 'sessionStorage', key: string): Kept {
  // Reading the property itself throws where storage is blocked.
  const attempt = <T>(use: (storage: Storage) => T): T | null => {
    try {
      return use(window[kind]);
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt((storage) => storage.getItem(key)),
    write: (text) => attempt((storage) => storage.setItem(key, text)) !== null,
    remove: () => void attempt((storage) => storage.removeItem(key)),
  };
}
