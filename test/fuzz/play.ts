import fc from 'fast-check';
import type { Parser } from './parser.ts';

export interface Played {
  name: string;
  inputs: number;
  seconds: number;
  /** The smallest input that was found to fail, and how to play it again. Null if none did. */
  failure: { input: string; reason: string; path: string } | null;
}

/** Plays one parser. `path` begins at an input that failed before. */
export async function play(
  { name, input, check }: Parser,
  inputs: number,
  { seed, path }: { seed: number; path?: string | undefined },
): Promise<Played> {
  const startedAt = performance.now();
  const details = await fc.check(fc.asyncProperty(input, async (given) => check(given)), {
    numRuns: inputs,
    seed,
    ...(path && { path }),
  });
  const failure = details.failed
    ? {
        input: fc.stringify(details.counterexample?.[0]),
        reason: String((details.errorInstance as Error | null)?.stack ?? details.errorInstance),
        path: details.counterexamplePath ?? '',
      }
    : null;
  return { name, inputs: details.numRuns, seconds: (performance.now() - startedAt) / 1_000, failure };
}

/** How many of so many inputs each parser gets. */
export function shares(parsers: readonly Parser[], inputs: number): number[] {
  const whole = parsers.reduce((sum, { weight }) => sum + weight, 0);
  return parsers.map(({ weight }) => Math.max(1, Math.ceil((inputs * weight) / whole)));
}
