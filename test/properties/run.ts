import fc from 'fast-check';
import type { ApiVersion } from '../../machines/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { Driver, type Step } from './driver.ts';
import { anySteps } from './steps.ts';

/** Runs mostly wait for answers: this many at a time keep a core busy. */
const LANES = 8;

async function play(apiVersion: ApiVersion, steps: readonly Step[]): Promise<void> {
  await using tmdb = await startSandbox();
  const driver = new Driver(tmdb, apiVersion);
  for (const step of steps) await driver.step(step);
  await driver.judge();
}

const anyVersion = fc.constantFrom<ApiVersion[]>(3, 4);

export const anySeed = () => Math.trunc(Math.random() * 2 ** 31);

/**
 * Plays that many sequences. `rules.ts` has the rules; a failure names its seed and the shortest sequence.
 */
export const playMany = async (numRuns: number, seed: number): Promise<void> => {
  const lane = (_: unknown, at: number) =>
    fc.assert(fc.asyncProperty(anyVersion, anySteps, play), {
      numRuns: Math.ceil(numRuns / LANES),
      seed: seed + at,
    });
  await Promise.all(Array.from({ length: LANES }, lane));
};
