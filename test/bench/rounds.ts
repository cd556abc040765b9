/** Odd, so that there is a middle one, also in each third. */
const ROUNDS = 15;

/**
 * Until V8 has compiled what is used often. In runs without a warm-up the handler, which runs the most code, needed less
 * CPU from round to round until about the fifteenth: this is twice as long. `Measured.note` shows what is left.
 */
const WARM_UP = 30;

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** By how much a figure fell from the first third of its rounds to the last: 0 if it did not. */
function fallOf(rounds: number[]): number {
  const third = Math.floor(rounds.length / 3);
  return Math.max(0, 1 - median(rounds.slice(-third)) / median(rounds.slice(0, third)));
}

export interface Measured<Name extends string> {
  /** Medians. */
  figures: Record<Name, number>;
  /** How they were made, for the notes below a table. */
  note: string;
}

/**
 * Measures contenders that take turns, once they are warm. Garbage is not collected between rounds on purpose: that
 * throws compiled code away, and hurts most who has most of it.
 */
export async function inTurns<Name extends string>(
  contenders: Record<Name, () => number | Promise<number>>,
  { rounds = ROUNDS, warmUp = WARM_UP } = {},
): Promise<Measured<Name>> {
  const entries = Object.entries(contenders) as [Name, () => number | Promise<number>][];
  const measured = entries.map(([name]): [Name, number[]] => [name, []]);
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [at, [, measure]] of entries.entries()) {
      const figure = await measure();
      if (round >= 0) measured[at]?.[1].push(figure);
    }
  }
  const fall = Math.max(...measured.map(([, all]) => fallOf(all)));
  return {
    figures: Object.fromEntries(measured.map(([name, all]) => [name, median(all)])) as Record<Name, number>,
    note: `Medians of ${rounds} rounds that take turns, after ${warmUp} warm-up rounds. From the first third of the rounds to the last, no figure fell by more than ${Math.ceil(100 * fall)} %.`,
  };
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
