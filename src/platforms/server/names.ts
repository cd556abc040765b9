/** 128 random bits, as 32 hex digits. */
export const randomName = (): string => hexOf(globalThis.crypto.getRandomValues(new Uint8Array(16)));

export const isRandomName = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** The `state` in an address. It identifies a return in v4, to which TMDB adds no token. */
export const stateIn = (address: string | null): string | null =>
  address !== null && URL.canParse(address) ? new URL(address).searchParams.get('state') : null;

/** SHA-256 of the text, in hex digits. */
export async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return hexOf(new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes)));
}

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
