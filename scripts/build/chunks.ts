/** A module of ours, as the bundler knows it. */
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
  /** Without the modules that every caller of `import()` has loaded before. */
  needs: string[];
}

interface Merge {
  pair: Chunk[];
  cost: number;
}

/** The most files of ours that an entry loads at once, itself included. */
const MOST_FILES = 4;
/** Pages load these without a bundler: merged down to `MOST_FILES` at any cost. */
const IN_IMPORT_MAPS = /platforms\/browser\/index/;
/** Used beside a client alone, so that what they load is there already. */
const COMPANIONS = /client\/unsafe|tools\/(inspect|devtools)/;
/** The file that a returning visitor loads: no merge adds anything to it. */
const LIGHT = /platforms\/lazy\/loader/;
/** The most that a merge may add to all entries, as shares of what each loads. */
const CHEAP = 0.5;

/** These, and what follows from them. */
export function reach<T>(from: Iterable<T>, next: (one: T) => Iterable<T>): Set<T> {
  const found = new Set(from);
  for (const one of found) for (const other of next(one)) found.add(other);
  return found;
}

const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);

/**
 * The chunks of the modules that several entries share. A module of one entry stays in that entry's file. `infoOf` gives
 * null for other packages.
 *
 * Modules that the same entries load make a chunk. While an entry loads too many files, two of its chunks are merged:
 * those with which the entries grow least, each measured by its own size, so that a small one gets nothing large. No
 * merge brings an entry a package that it did not import, or makes two chunks import each other.
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

  /** The merges that are possible, for entries that load too many files. */
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
          const isForeign = extra.flatMap(importsOf).some((id) => !infoOf(id) && !root.loads.has(id));
          return isForeign ? Number.POSITIVE_INFINITY : sizeOf(extra) / sizeOf(root.loads);
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
