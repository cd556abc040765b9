import { expect, test } from 'vitest';
import { play, shares } from './play.ts';
import { TABLE } from './table.ts';

/** `npm run proof fuzz` runs a million. */
const INPUTS = 20_000;
const SHARES = shares(TABLE, INPUTS);

test.each(TABLE.map((parser, index) => [parser.name, index] as const))(
  '%s: garbage leads quickly to a valid result or a typed error, without a secret',
  async (_, index) => {
    const parser = TABLE[index];
    if (!parser) throw new Error('There is no such parser.');
    const { failure } = await play(parser, SHARES[index] ?? 1, { seed: index + 1 });
    expect(failure).toBeNull();
  },
);
