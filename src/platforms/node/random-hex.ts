/**
 * Random bytes as hex digits. Uses the global `crypto`: loading `node:crypto` would slow down the start of every
 * program.
 */
export const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
