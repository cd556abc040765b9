import { beforeAll, describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { RULES } from './rules.ts';
import { anySeed, playMany } from './run.ts';

/** `npm run proof properties` sets them. */
const SEQUENCES = Number(process.env.PROOF_COUNT ?? 1_500);
const SEED = Number(process.env.PROOF_SEED ?? anySeed());

describe(`whatever people, networks and clocks do, over HTTP (${SEQUENCES} random sequences)`, () => {
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

  test.each(Object.keys(RULES))('%s', (rule) => {
    expect(found.includes(rule), found).toBe(false);
  });

  test('nothing hangs, and nothing else goes wrong', () => {
    expect(found).toBe('');
  });
});
