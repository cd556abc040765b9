/*
 * A record of version 2 is one of version 1 whose secrets are elsewhere: `{ v: 2, record }`. A program that does not
 * know that takes it for newer than itself, and leaves it alone.
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

/** The record in a file, whose secrets may be elsewhere. */
export function recordIn(text: string | null): Fields | null {
  const whole = parsed(text);
  return whole?.v === 2 && fieldsOf(whole.record) ? fieldsOf(whole.record) : whole;
}

/** Name of the entry that holds the secrets; null if the file holds them, or none. */
export function keptIn(text: string | null): string | null {
  const whole = parsed(text);
  const name = whole?.v === 2 && fieldsOf(fieldsOf(whole.record)?.secrets)?.entry;
  return typeof name === 'string' ? name : null;
}

/** The secrets of a whole record, as text; null if it has none. */
export function secretsOf(text: string): string | null {
  const secrets = fieldsOf(parsed(text)?.secrets);
  return secrets && JSON.stringify(secrets);
}

/** A whole record without its secrets, which are in that entry. */
export const split = (text: string, entry: string): string =>
  JSON.stringify({ v: 2, record: { ...parsed(text), secrets: { kept: 'keychain', entry } } });

/** The whole record again. */
export const joined = (text: string, secrets: string): string =>
  JSON.stringify({ ...recordIn(text), secrets: parsed(secrets) });
