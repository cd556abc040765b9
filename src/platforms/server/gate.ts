/** Counts open requests and limits how many are handled at a time, in all and per address. */
export function createGate() {
  let open = 0;
  let working = 0;
  const perAddress = new Map<string, number>();
  let isClosing = false;
  let whenEmpty: (() => void)[] = [];

  return {
    underWay: () => open,
    isClosing: () => isClosing,
    /** Holds a place for the address while `work` runs. Null if the address has used up its places. */
    async hold<T>(
      address: string | null,
      { mostPerAddress }: { mostPerAddress: number },
      work: () => Promise<T>,
    ): Promise<T | null> {
      const held = address === null ? 0 : (perAddress.get(address) ?? 0);
      if (held >= mostPerAddress) return null;
      open += 1;
      if (address !== null) perAddress.set(address, held + 1);
      try {
        return await work();
      } finally {
        open -= 1;
        if (address !== null) leave(address);
        if (open === 0) {
          for (const resolve of whenEmpty) resolve();
          whenEmpty = [];
        }
      }
    },
    /** Takes a place while `work` runs. Null if all are taken. */
    async pass<T>({ most }: { most: number }, work: () => Promise<T>): Promise<T | null> {
      if (working >= most) return null;
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
      }
    },
    close(): Promise<void> {
      isClosing = true;
      return open === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve));
    },
  };

  function leave(address: string) {
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  }
}

export type Gate = ReturnType<typeof createGate>;
