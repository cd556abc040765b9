/** The address, or null if that is none. Engines of televisions have no `URL.canParse`. */
export function urlOf(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
