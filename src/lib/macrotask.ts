/** Resolves after every promise that is settled by now has been heard of. */
export const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
