import { setTimeout as pause } from 'node:timers/promises';

export interface Point {
  cycles: number;
  /** Heap in bytes after garbage collection. */
  heap: number;
  /** Handles that keep a process alive, by kind. */
  handles: Record<string, number>;
}

/** Long enough for aborted requests to end and for served pages to be read, in ms. */
const QUIET = 2_200;

const collect = (globalThis as { gc?: () => void }).gc;

export async function measure(cycles: number): Promise<Point> {
  if (!collect) throw new Error('Run it with node --expose-gc.');
  await pause(QUIET);
  for (let round = 0; round < 4; round++) {
    collect();
    await pause(20);
  }
  return { cycles, heap: process.memoryUsage().heapUsed, handles: handlesNow() };
}

function handlesNow(): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counted[kind] = (counted[kind] ?? 0) + 1;
  counted.listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return counted;
}

/** Bytes a cycle, by least squares. The first points are warm-up: code is compiled, pools are filled. */
export function slope(points: readonly Point[], warmUp = 2): number {
  const used = points.slice(warmUp);
  const mean = (of: (point: Point) => number) =>
    used.reduce((sum, point) => sum + of(point), 0) / used.length;
  const [x, y] = [mean(({ cycles }) => cycles), mean(({ heap }) => heap)];
  const above = used.reduce((sum, { cycles, heap }) => sum + (cycles - x) * (heap - y), 0);
  const below = used.reduce((sum, { cycles }) => sum + (cycles - x) ** 2, 0);
  return above / below;
}

/** Kinds of handles that grew after the warm-up by more than a pool may keep. */
export function grown(points: readonly Point[], warmUp = 2, slack = 5): string[] {
  const [first, last] = [points[warmUp]?.handles ?? {}, points.at(-1)?.handles ?? {}];
  return Object.keys(last).filter((kind) => (last[kind] ?? 0) > (first[kind] ?? 0) + slack);
}

/** Counts the objects that are still alive among those that were created and released. */
export function createCensus() {
  const refs = new Set<WeakRef<object>>();
  return {
    add: (made: object) => void refs.add(new WeakRef(made)),
    alive() {
      for (const ref of refs) if (ref.deref() === undefined) refs.delete(ref);
      return refs.size;
    },
  };
}
