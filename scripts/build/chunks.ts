/** A module of this package, as the bundler reports it. */
export interface ModuleInfo {
  code: string | null;
  importedIds: string[];
  dynamicallyImportedIds: string[];
}

type Chunk = readonly string[];

/** An entry, or a module that `import()` loads. */
interface Root {
  id: string;
  loads: ReadonlySet<string>;
  /** Without modules that every caller of its `import()` has already loaded. */
  needs: string[];
}

interface Merge {
  pair: Chunk[];
  cost: number;
}

/** Maximum number of this package's files that an entry loads at once, itself included. */
const MOST_FILES = 4;
/** Pages load these without a bundler: merged down to `MOST_FILES` at any cost. */
const IN_IMPORT_MAPS = /platforms\/browser\/index/;
/** Used only together with a client, so their modules are already loaded. */
const COMPANIONS = /client\/unsafe|tools\/(inspect|devtools)/;
/** The file that returning visitors load: no merge may add to it. */
const LIGHT = /platforms\/lazy\/loader/;
/** The largest cost of a merge: the sum of its relative growth of all entries. */
const CHEAP = 0.5;

/** The given items and all that are reachable from them. */
export function reach<T>(from: Iterable<T>, next: (one: T) => Iterable<T>): Set<T> {
  const found = new Set(from);
  for (const one of found) for (const other of next(one)) found.add(other);
  return found;
}

const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);

/**
 * The chunks for modules that several entries share. A module of one entry stays in the entry's file. `infoOf`
 * returns undefined for other packages.
 *
 * Modules with the same users form a chunk. While an entry loads too many files, two of its chunks are merged: the
 * pair with the least growth of all entries relative to their size, so that a small entry gets nothing large. No
 * merge makes an entry import a further package, or two chunks import each other.
 */
export function chunksOf(entries: string[], infoOf: (id: string) => ModuleInfo | undefined): Chunk[] {
  const importsOf = (id: string) => infoOf(id)?.importedIds ?? [];
  const laterOf = (id: string) => (infoOf(id)?.dynamicallyImportedIds ?? []).filter(infoOf);
  const sizeOf = (ids: Iterable<string>) => sum([...ids].map((id) => infoOf(id)?.code?.length ?? 0));

  const all = [...reach(entries, (id) => [...importsOf(id), ...laterOf(id)])];
  const loads = new Map(
    [...entries, ...all.flatMap(laterOf)].map((root) => [root, reach([root], importsOf)] as const),
  );
  const roots = [...loads].map(([root, ids]): Root => {
    const callers = [...loads.values()].filter((other) => [...other].flatMap(laterOf).includes(root));
    const isThere = (id: string) => !entries.includes(root) && callers.every((other) => other.has(id));
    return { id: root, loads: ids, needs: [...ids].filter((id) => infoOf(id) && !isThere(id)) };
  });
  const measured = roots.filter(({ id }) => !COMPANIONS.test(id));

  const groups = new Map<string, string[]>();
  for (const id of all.filter(infoOf)) {
    const users = roots.filter(({ needs }) => needs.includes(id));
    if (users.length < 2) continue;
    const others = users.filter((root) => measured.includes(root));
    const key = String(
      (others.some((root) => entries.includes(root.id)) ? others : users).map((root) => root.id),
    );
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }

  let chunks: Chunk[] = [...groups.values()];
  for (;;) {
    const [best] = mergesOf(chunks).sort((one, other) => one.cost - other.cost);
    if (!best) return chunks;
    chunks = [...chunks.filter((chunk) => !best.pair.includes(chunk)), best.pair.flat()];
  }

  /** The possible merges for entries that load too many files. */
  function mergesOf(chunks: Chunk[]): Merge[] {
    const chunkOf = new Map(chunks.flatMap((chunk) => chunk.map((id) => [id, chunk] as const)));
    const chunksIn = (ids: Iterable<string>) =>
      [...new Set([...ids].map((id) => chunkOf.get(id)))].filter((chunk) => chunk !== undefined);
    const closures = new Map(
      chunks.map((chunk) => [chunk, reach([chunk], (one) => chunksIn(one.flatMap(importsOf)))] as const),
    );
    const closureOf = (some: Iterable<Chunk>) =>
      new Set([...some].flatMap((chunk) => [...(closures.get(chunk) ?? [])]));
    const loaded = measured.map((root) => ({ root, chunks: closureOf(chunksIn(root.needs)) }));

    const costOf = (pair: Chunk[]) => {
      const both = closureOf(pair);
      const isCyclic = [...both].some(
        (chunk) => !pair.includes(chunk) && pair.some((one) => closures.get(chunk)?.has(one)),
      );
      if (isCyclic) return Number.POSITIVE_INFINITY;
      return sum(
        loaded.map(({ root, chunks: before }) => {
          if (!pair.some((chunk) => before.has(chunk))) return 0;
          const extra = [...both].filter((chunk) => !before.has(chunk)).flat();
          if (LIGHT.test(root.id) && extra.length > 0) return Number.POSITIVE_INFINITY;
          const addsPackage = extra.flatMap(importsOf).some((id) => !infoOf(id) && !root.loads.has(id));
          return addsPackage ? Number.POSITIVE_INFINITY : sizeOf(extra) / sizeOf(root.loads);
        }),
      );
    };
    return loaded
      .filter(({ root, chunks: { size } }) => entries.includes(root.id) && size >= MOST_FILES)
      .flatMap(({ root, chunks: these }) => {
        const most = IN_IMPORT_MAPS.test(root.id) ? Number.MAX_VALUE : CHEAP;
        const pairs = [...these].flatMap((one, at) => [...these].slice(at + 1).map((other) => [one, other]));
        return pairs.map((pair) => ({ pair, cost: costOf(pair) })).filter(({ cost }) => cost <= most);
      });
  }
}
