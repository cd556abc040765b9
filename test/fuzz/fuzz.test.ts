import { expect, test } from 'vitest';
import { play, shares } from './play.ts';
import { TABLE } from './table.ts';

/** `npm run proof fuzz` plays a million. */
const INPUTS = 20_000;
const SHARES = shares(TABLE, INPUTS);

test.each(TABLE.map((parser, index) => [parser.name, index] as const))(
  '%s: garbage is a result of the right shape or a typed error, soon, and tells no secret',
  async (_, index) => {
    const parser = TABLE[index];
    if (!parser) throw new Error('There is no such parser.');
    const { failure } = await play(parser, SHARES[index] ?? 1, { seed: index + 1 });
    expect(failure).toBeNull();
  },
);
