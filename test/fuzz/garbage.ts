import fc from 'fast-check';
import { junk, RAW } from './junk.ts';
import { SENTINEL } from './parser.ts';

export { junk };

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  '',
  '0',
  '\u0000',
];

interface Change {
  kind: 'drop' | 'replace' | 'wrap' | 'list' | 'swap' | 'rename' | 'add' | 'plant';
  at: number;
  other: number;
  value: unknown;
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Change['kind'][]>(
      'replace',
      'drop',
      'wrap',
      'list',
      'swap',
      'rename',
      'add',
      'plant',
    ),
    at: fc.nat(40),
    other: fc.nat(40),
    value: junk,
  }),
  { maxLength: 3 },
);

type Place = { owner: Record<string, unknown>; key: string };

/** Every place in a value that can be changed; the value itself is in `root.it`. */
function placesIn(root: Record<string, unknown>): Place[] {
  const places: Place[] = [];
  const look = (owner: Record<string, unknown>, levels: number) => {
    for (const key of Object.keys(owner)) {
      places.push({ owner, key });
      const value = owner[key];
      if (typeof value === 'object' && value !== null && levels < 6)
        look(value as Record<string, unknown>, levels + 1);
    }
  };
  look(root, 0);
  return places;
}

/** Sets a property, also `__proto__`, as `JSON.parse` does. */
const put = ({ owner, key }: Place, value: unknown) => {
  if (Array.isArray(owner) && !/^\d+$/.test(key)) owner.push(value);
  else Object.defineProperty(owner, key, { value, writable: true, enumerable: true, configurable: true });
};

function apply(value: unknown, { kind, at, other, value: given }: Change): unknown {
  const root = { it: value };
  const places = placesIn(root);
  const place = places[at % places.length] as Place;
  const second = places[other % places.length] as Place;
  const [here, there] = [place.owner[place.key], second.owner[second.key]];
  const key = KEYS[other % KEYS.length] as string;
  if (kind === 'drop') delete place.owner[place.key];
  if (kind === 'replace') put(place, structuredClone(given));
  if (kind === 'wrap') put(place, { [key]: here });
  if (kind === 'list') put(place, [here, structuredClone(here)]);
  if (kind === 'plant') put(place, SENTINEL);
  if (kind === 'swap' && !isWithin(here, there) && !isWithin(there, here)) {
    put(place, there);
    put(second, here);
  }
  if (kind === 'rename' || kind === 'add') {
    if (kind === 'rename') delete place.owner[place.key];
    put({ owner: place.owner, key }, kind === 'add' ? structuredClone(given) : here);
  }
  return root.it;
}

/** A value swapped with its own part would contain itself. */
const isWithin = (whole: unknown, part: unknown): boolean =>
  typeof whole === 'object' &&
  whole !== null &&
  placesIn({ it: whole }).some(({ owner, key }) => owner[key] === part);

/** A valid value with up to three mistakes; now and then with none. */
export const mutated = <T>(valid: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.tuple(valid, changes).map(([value, list]) => list.reduce(apply, structuredClone(value) as unknown));

/** JSON text, including the numbers that JSON cannot express. */
export const textOf = (value: unknown): string =>
  (JSON.stringify(value, shallow) ?? '').replaceAll(/"\\u0001RAW:([^"]*)"/g, '$1');

const shallow = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? `${RAW}1e999` : value;

/** Wrong bytes in a text: cut off, inserted or repeated. */
const harm: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  fc.nat(200).map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
  fc.tuple(fc.nat(200), fc.string({ unit: 'binary', maxLength: 3 })).map(
    ([at, more]) =>
      (text: string) =>
        text.slice(0, at) + more + text.slice(at),
  ),
  fc.nat(200).map((at) => (text: string) => text.slice(0, at) + text.slice(at).repeat(2)),
  fc.constant((text: string) => text.replace(/^\{("[^"]*":[^,{[]+),/, '{$1,$1,')),
  fc.constant((text: string) => `\ufeff${text}`),
  fc.constant((text: string) => `<!doctype html><title>${text}</title>`),
);

/** Text that no program would send. */
export const bytes: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', size: '+1' }),
  fc.uint8Array({ maxLength: 200 }).map((raw) => new TextDecoder().decode(raw)),
  fc.uint8Array({ maxLength: 200 }).map((raw) => String.fromCharCode(...raw)),
  fc.json(),
);

/** Texts of such values, broken in every way. */
export const texts = <T>(valid: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.tuple(mutated(valid), harm).map(([value, spoil]) => spoil(textOf(value))) },
    { weight: 1, arbitrary: bytes },
  );

/** A broken short text. */
export const spoilt = (valid: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(valid, harm).map(([text, spoil]) => spoil(text)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(valid, fc.nat(40), fc.string({ unit: 'binary', maxLength: 1 }))
        .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1)),
    },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: junk.filter((value) => typeof value === 'string').map(String) },
  );
