/** Counts the requests that are here, lets no more be worked on than fit, and none begin once it closes. */
export function createGate() {
  let here = 0;
  let working = 0;
  const perAddress = new Map<string, number>();
  let isClosing = false;
  let whenEmpty: (() => void)[] = [];

  return {
    underWay: () => here,
    isClosing: () => isClosing,
    /** From a request's arrival to its answer. Null if its address holds as many as it may. */
    async hold<T>(
      address: string | null,
      { mostPerAddress }: { mostPerAddress: number },
      work: () => Promise<T>,
    ): Promise<T | null> {
      const held = address === null ? 0 : (perAddress.get(address) ?? 0);
      if (held >= mostPerAddress) return null;
      here += 1;
      if (address !== null) perAddress.set(address, held + 1);
      try {
        return await work();
      } finally {
        here -= 1;
        if (address !== null) leave(address);
        if (here === 0) {
          for (const tell of whenEmpty) tell();
          whenEmpty = [];
        }
      }
    },
    /** While it is worked on. Null if there is no room. */
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
      return here === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve));
    },
  };

  function leave(address: string) {
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  }
}

export type Gate = ReturnType<typeof createGate>;
