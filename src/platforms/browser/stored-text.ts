/** One optional text in Web storage. Blocked or full storage counts as empty. */
export interface StoredText {
  read(): string | null;
  /** True if the text was stored. */
  write(text: string): boolean;
  remove(): void;
}

export function storedText(kind: 'localStorage' | 'sessionStorage', key: string): StoredText {
  // With blocked storage, reading the property already throws.
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
