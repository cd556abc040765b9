/** Parses JSON; undefined for any other text. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: undefined.
  }
}

export const objectOf = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;

export const wordOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
