/** Odd, so that there is a middle one, also in each third. */
const ROUNDS = 15;

/**
 * The number of rounds after which V8 has compiled the hot code. In runs without a warm-up the handler, which runs
 * the most code, needed less CPU from round to round until about the fifteenth: this is twice as many.
 * `Measured.note` shows what is left.
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
  /** How they were measured, for the notes below a table. */
  note: string;
}

/**
 * Measures contenders in alternating rounds after a warm-up. Garbage is not collected between rounds: that would
 * discard compiled code, at the cost of the contender with the most of it.
 */
export async function inRounds<Name extends string>(
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

/** The CPU time of this process for this work, in ms: user and system, with garbage collection. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * The wall-clock time of one run, in ms: the median of `times` sequential ones. A busy machine interrupts a few of
 * them, which would distort a mean.
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

/** Runs this many times, with `most` in parallel. */
export async function atOnce(most: number, times: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: most }, worker));
}
