import { digest } from './digest.ts';
import type { Account } from './records.ts';
import type { Tables } from './tables.ts';

/** The state of a sandbox that `save()` stores. */
export interface State {
  users: Account[];
  owner: Account;
  tables: Tables;
  /** Offset of the clock to its source, ms. */
  offset: number;
}

/** The format's version. Increase it when the shape of stored records changes. */
const FORMAT = 'tmdb-auth sandbox 1';

/** A value of the flat format. It refers to other values by index, so that shared values stay shared. */
type Flat =
  | { is: unknown }
  | { array: number[] }
  | { set: number[] }
  | { object: [string, number][] }
  | { map: [number, number][] };

/** Writes the state as JSON. */
export function write(state: State): string {
  const places = new Map<unknown, number>();
  const values: Flat[] = [];
  const place = (value: unknown): number => {
    const known = places.get(value);
    if (known !== undefined) return known;
    const at = values.push({ is: null }) - 1;
    places.set(value, at);
    values[at] = flat(value);
    return at;
  };
  const flat = (value: unknown): Flat => {
    if (value instanceof Map) return { map: [...value].map(([key, one]) => [place(key), place(one)]) };
    if (value instanceof Set) return { set: [...value].map(place) };
    if (Array.isArray(value)) return { array: value.map(place) };
    if (typeof value === 'object' && value !== null) {
      const fields = Object.entries(value).filter(([, one]) => one !== undefined);
      return { object: fields.map(([key, one]) => [key, place(one)]) };
    }
    return { is: value };
  };
  place(state);
  return JSON.stringify({ format: FORMAT, sum: digest(JSON.stringify(values)), values });
}

/** Reads the output of `write`. Throws for anything else. */
export function read(text: string): State {
  try {
    return rebuilt(text) as State;
  } catch (cause) {
    throw new Error('The saved state of the sandbox is broken.', { cause });
  }
}

function rebuilt(text: string): unknown {
  const { format, sum, values } = JSON.parse(text) as { format: unknown; sum: unknown; values: Flat[] };
  if (format !== FORMAT) throw new Error(`Its format is not "${FORMAT}".`);
  if (sum !== digest(JSON.stringify(values))) throw new Error('Its sum is wrong.');
  // Two passes: create all values, then fill the containers, as they may refer to later values.
  const made = values.map(shell);
  values.forEach((flat, index) => {
    fill(made[index], flat, (place) => made[place]);
  });
  return made[0];
}

function shell(flat: Flat): unknown {
  if ('map' in flat) return new Map();
  if ('set' in flat) return new Set();
  if ('array' in flat) return [];
  return 'object' in flat ? {} : flat.is;
}

function fill(made: unknown, flat: Flat, at: (place: number) => unknown): void {
  if ('map' in flat)
    for (const [key, value] of flat.map) (made as Map<unknown, unknown>).set(at(key), at(value));
  if ('set' in flat) for (const place of flat.set) (made as Set<unknown>).add(at(place));
  if ('array' in flat) (made as unknown[]).push(...flat.array.map(at));
  // Not an assignment: a field named `__proto__` would change the object's prototype.
  if ('object' in flat) {
    for (const [key, place] of flat.object) {
      Object.defineProperty(made, key, {
        value: at(place),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
}
