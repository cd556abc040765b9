/** Ignores the rejection of an action that a button started: the view has the failure. */
export const quietly = (started: Promise<unknown>): void => void started.catch(() => {});
