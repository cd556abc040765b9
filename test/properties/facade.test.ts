import { describe, test } from 'vitest';
import { playMany } from './run.ts';

const SEQUENCES = 10_000;

describe(`whatever people and TMDB do, over HTTP (${SEQUENCES} random sequences)`, () => {
  test(
    'the view moves along the statechart, a session exists exactly in sessionActive, no secret is seen, no session is orphaned, and a cancelled sign-in stays cancelled',
    { timeout: 600_000 },
    () => playMany(SEQUENCES),
  );
});
