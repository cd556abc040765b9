/** What a text says as JSON; undefined where it is none. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON, no value.
  }
}

export const objectOf = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;

export const wordOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
