import { readFile } from 'node:fs/promises';
import type { Invocation } from './invocation.ts';

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Fields = { [name: string]: Value };

/** `--field` and `--raw-field` in their order, as gh reads them: `a=1`, `a[b]=1`, `a[]=1`. Throws a `TypeError`. */
export async function fieldsFrom({ field = [] }: Invocation['options']): Promise<Fields> {
  const fields: Fields = Object.create(null);
  for (const { text, isRaw } of field) {
    const [key, value] = pairFrom(text);
    put(fields, key, isRaw ? value : await typed(value));
  }
  return fields;
}

function pairFrom(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new TypeError(`'${text}' is not a field. Write it as key=value.`);
}

/**
 * Numbers (fractions too, as ratings have halves), `true`, `false` and `null` become JSON values; `@file` is replaced
 * by the file's content. A number that would lose digits stays a string.
 */
async function typed(text: string): Promise<Value> {
  if (/^(true|false|null)$/.test(text)) return JSON.parse(text) as Value;
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) && isExact(Number(text))) return Number(text);
  return text.startsWith('@') ? inputFrom(text.slice(1)) : text;
}

const isExact = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;

/** Splits `items[][media_id]` into its parts; an empty part appends to a list. */
function partsOf(key: string): string[] {
  const [, first = '', rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key) ?? [];
  if (first === '') throw new TypeError(`'${key}' is not a valid field name.`);
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part)];
}

function put(fields: Fields, key: string, value: Value): void {
  const parts = partsOf(key);
  let place: Value = fields;
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1];
    const isLast = next === undefined;
    const fresh = (): Value => (isLast ? value : next === '' ? [] : (Object.create(null) as Fields));
    if (Array.isArray(place)) {
      if (part !== '') throw new TypeError(`'${key}' is used both as a list and as an object.`);
      place = intoList(place, isLast ? undefined : next, fresh);
    } else {
      if (!isObject(place) || part === '')
        throw new TypeError(`'${key}' is used both as a list and as an object.`);
      if (isLast || !(part in place)) place[part] = fresh();
      place = place[part] as Value;
    }
  }
}

/** Like gh: a name that the last object already has starts a new object. */
function intoList(list: Value[], name: string | undefined, fresh: () => Value): Value {
  const last = list.at(-1);
  if (name !== undefined && name !== '' && isObject(last) && !(name in last)) return last;
  const made = fresh();
  list.push(made);
  return made;
}

const isObject = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a file, or with `-` the standard input. Throws a `TypeError` that names the file. */
export async function inputFrom(name: string): Promise<string> {
  if (name !== '-') {
    return readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new TypeError(`${name} cannot be read (${error.code}).`);
    });
  }
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text;
}
