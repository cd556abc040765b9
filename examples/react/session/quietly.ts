/** For what a button starts: why it did not work is in the view, where everybody sees it. */
export const quietly = (started: Promise<unknown>): void => void started.catch(() => {});
