/** Random bytes that nobody can guess, as hex digits. The global `crypto`: to load `node:crypto` takes longer than a client. */
export const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
