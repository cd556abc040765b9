/** Counts who is inside, lets no more in than fit, and nobody once it closes. */
export function createGate(most: number) {
  let inside = 0;
  let isClosing = false;
  let whenEmpty: (() => void)[] = [];

  return {
    underWay: () => inside,
    isClosing: () => isClosing,
    /** Null if there is no room. */
    async pass<T>(work: () => Promise<T>): Promise<T | null> {
      if (inside >= most) return null;
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
        if (inside === 0) {
          for (const tell of whenEmpty) tell();
          whenEmpty = [];
        }
      }
    },
    close(): Promise<void> {
      isClosing = true;
      return inside === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve));
    },
  };
}
