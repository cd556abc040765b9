/** The window's storage of that kind. Null where it is blocked, as reading the property throws there. */
function storageOf(kind: 'local' | 'session'): Storage | null {
  try {
    return window[`${kind}Storage`];
  } catch {
    return null;
  }
}

/** A text in Web storage that a page can do without. */
export interface Kept {
  read(): string | null;
  /** True if it is stored. Null removes it. */
  write(text: string | null): boolean;
}

export function keptIn(kind: 'local' | 'session', key: string): Kept {
  return {
    read: () => storageOf(kind)?.getItem(key) ?? null,
    write(text) {
      try {
        const storage = storageOf(kind);
        if (text === null) storage?.removeItem(key);
        else storage?.setItem(key, text);
        return storage !== null;
      } catch {
        return false; // full
      }
    },
  };
}
