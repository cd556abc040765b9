/** A stable hash of a text, 32 hex digits. Not cryptographic: those of the web platform are asynchronous. */
export function digest(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const parts = [0, 1, 2, 3].map((part) => {
    // FNV-1a with MurmurHash3's finalizer, so that one changed letter changes all digits.
    let hash = 0x811c9dc5 + part;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
  });
  return parts.join('');
}
