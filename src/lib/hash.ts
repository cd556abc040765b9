/** A short name for a text, by which it can be recognised and not read: FNV-1a, 32 bits. No protection: it can be guessed. */
export function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}
