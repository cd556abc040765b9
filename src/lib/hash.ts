/**
 * A short fingerprint of a text (FNV-1a, 32 bits): it identifies the text without showing it. No protection: the text
 * can be guessed.
 */
export function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}
