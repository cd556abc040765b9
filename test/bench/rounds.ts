/** Odd, so that there is a middle one. */
const ROUNDS = 9;

/** Until the engine has compiled what is used often. */
const WARM_UP = 5;

/** For the notes below a table. */
export const IN_TURNS = `Medians of ${ROUNDS} rounds that take turns, after ${WARM_UP} to get warm.`;

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;

/**
 * The medians of contenders that take turns, once they are warm. Garbage is not collected between rounds on purpose:
 * that throws compiled code away, and hurts most who has most of it.
 */
export async function inTurns<Name extends string>(
  contenders: Record<Name, () => number | Promise<number>>,
  { rounds = ROUNDS, warmUp = WARM_UP } = {},
): Promise<Record<Name, number>> {
  const entries = Object.entries(contenders) as [Name, () => number | Promise<number>][];
  const figures = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [name, measure] of entries) {
      const figure = await measure();
      if (round >= 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries([...figures].map(([name, all]) => [name, median(all)])) as Record<Name, number>;
}

/** CPU of this process while it works, in ms: user and system, its garbage collection included. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * What one takes, in ms by the clock on the wall: the median of so many, one after another. A machine that has other
 * things to do interrupts a few of them, and a mean would count that.
 */
export async function timeOf(times: number, work: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let done = 0; done < times; done += 1) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return median(took);
}

/** So many times, with so many at once. */
export async function atOnce(most: number, times: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: most }, worker));
}
