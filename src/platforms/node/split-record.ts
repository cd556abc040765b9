/**
 * A record of version 2 is one of version 1 with its secrets kept elsewhere: `{ v: 2, record }`. An older program
 * treats it as newer than itself and leaves it alone.
 */

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Fields | null) : null;

function parsed(text: string | null): Fields | null {
  try {
    return text === null ? null : fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The record in a file, of either version. */
export function recordIn(text: string | null): Fields | null {
  const whole = parsed(text);
  return whole?.v === 2 && fieldsOf(whole.record) ? fieldsOf(whole.record) : whole;
}

/** The name of the keychain entry with the secrets. Null if the file holds them or there are none. */
export function keptIn(text: string | null): string | null {
  const whole = parsed(text);
  const name = whole?.v === 2 && fieldsOf(fieldsOf(whole.record)?.secrets)?.entry;
  return typeof name === 'string' ? name : null;
}

/** The secrets of a version 1 record as text, or null. */
export function secretsOf(text: string): string | null {
  const secrets = fieldsOf(parsed(text)?.secrets);
  return secrets && JSON.stringify(secrets);
}

/** Replaces the record's secrets by the name of their entry. */
export const split = (text: string, entry: string): string =>
  JSON.stringify({ v: 2, record: { ...parsed(text), secrets: { kept: 'keychain', entry } } });

/** Puts the secrets back into the record. */
export const joined = (text: string, secrets: string): string =>
  JSON.stringify({ ...recordIn(text), secrets: parsed(secrets) });
