/**
 * Listeners for one kind of event. A listener's error is reported like any uncaught one, and does not stop the
 * others.
 */
export function createListeners<Event = void>() {
  const listeners = new Set<(event: Event) => void>();

  return {
    count: () => listeners.size,
    tell(event: Event) {
      for (const listener of [...listeners]) {
        try {
          if (listeners.has(listener)) listener(event);
        } catch (error) {
          setTimeout(() => {
            throw error;
          });
        }
      }
    },
    add(listener: (event: Event) => void) {
      // Wrapped, so that one function added twice is two listeners.
      const entry = (event: Event) => listener(event);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
