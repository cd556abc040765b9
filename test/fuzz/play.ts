import fc from 'fast-check';
import type { Parser } from './parser.ts';

export interface Played {
  name: string;
  inputs: number;
  seconds: number;
  /** The smallest failing input and how to replay it. Null if none failed. */
  failure: { input: string; reason: string; path: string } | null;
}

interface Options {
  seed: number;
  /** The path that replays an input that failed before. */
  path?: string | undefined;
  /** Called before each input. */
  beat?: (name: string) => void;
}

/** Runs one parser. */
export async function play(
  { name, input, check }: Parser,
  inputs: number,
  options: Options,
): Promise<Played> {
  const { seed, path, beat = () => {} } = options;
  const startedAt = performance.now();
  const property = fc.asyncProperty(input, async (given) => {
    beat(name);
    await check(given);
  });
  const details = await fc.check(property, { numRuns: inputs, seed, ...(path && { path }) });
  const failure = details.failed
    ? {
        input: fc.stringify(details.counterexample?.[0]),
        reason: String((details.errorInstance as Error | null)?.stack ?? details.errorInstance),
        path: details.counterexamplePath ?? '',
      }
    : null;
  return { name, inputs: details.numRuns, seconds: (performance.now() - startedAt) / 1_000, failure };
}

/** Divides the inputs among the parsers. */
export function shares(parsers: readonly Parser[], inputs: number): number[] {
  const whole = parsers.reduce((sum, { weight }) => sum + weight, 0);
  return parsers.map(({ weight }) => Math.max(1, Math.ceil((inputs * weight) / whole)));
}
