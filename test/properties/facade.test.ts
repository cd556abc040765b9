import { beforeAll, describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { RULES } from './rules.ts';
import { anySeed, playMany } from './run.ts';

/** `npm run proof properties` sets them. */
const SEQUENCES = Number(process.env.PROOF_COUNT ?? 1_500);
const SEED = Number(process.env.PROOF_SEED ?? anySeed());

describe(`a client over HTTP with random users, networks and clocks (${SEQUENCES} random sequences)`, () => {
  let found = '';
  beforeAll(
    async () => {
      console.log(`playing ${SEQUENCES} sequences with seed ${SEED}`);
      await playMany(SEQUENCES, SEED).catch((error: Error) => {
        found = `${error.message}\n${(error.cause as Error | undefined)?.message ?? ''}`;
      });
      figures('facade', { sequences: SEQUENCES, failed: Number(found !== '') });
    },
    900_000 + 50 * SEQUENCES,
  );

  test.each(Object.keys(RULES))('every run keeps the rule: %s', (rule) => {
    expect(found.includes(rule), found).toBe(false);
  });

  test('no run hangs or fails in any other way', () => {
    expect(found).toBe('');
  });
});
