import { beforeAll, describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { RULES } from './rules.ts';
import { playMany } from './run.ts';

const SEQUENCES = 10_000;

describe(`whatever people, networks and clocks do, over HTTP (${SEQUENCES} random sequences)`, () => {
  let found = '';
  beforeAll(async () => {
    await playMany(SEQUENCES).catch((error: Error) => {
      found = `${error.message}\n${(error.cause as Error | undefined)?.message ?? ''}`;
    });
    figures('facade', { sequences: SEQUENCES, failed: Number(found !== '') });
  }, 900_000);

  test.each(Object.keys(RULES))('%s', (rule) => {
    expect(found.includes(rule), found).toBe(false);
  });

  test('nothing hangs, and nothing else goes wrong', () => {
    expect(found).toBe('');
  });
});
