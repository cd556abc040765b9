import fc from 'fast-check';
import type { ApiVersion } from '../../machines/index.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { Driver, type Step } from './driver.ts';
import { anySteps } from './steps.ts';

export async function play(apiVersion: ApiVersion, steps: readonly Step[]): Promise<void> {
  await using tmdb = await startSandbox();
  const driver = new Driver(tmdb, apiVersion);
  for (const step of steps) await driver.step(step);
  await driver.judge();
}

const anyVersion = fc.constantFrom<ApiVersion[]>(3, 4);

/** Plays that many sequences. What must hold is said in `Driver`; a failure names its seed and the shortest sequence. */
export const playMany = (numRuns: number, seed?: number) =>
  fc.assert(fc.asyncProperty(anyVersion, anySteps, play), {
    numRuns,
    ...(seed !== undefined && { seed }),
    interruptAfterTimeLimit: 20 * 60_000,
    markInterruptAsFailure: false,
  });
