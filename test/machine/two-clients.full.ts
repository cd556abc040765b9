import { describe, expect, test } from 'vitest';
import { walkPair } from './pair/walk.ts';
import { LARGE_WORLDS } from './pair/worlds.ts';

describe.each(Object.entries(LARGE_WORLDS))('two clients on one storage: %s', (name, bounds) => {
  test('keep every rule and come to rest in every order of events', () => {
    const { states, transitions, breaches, restless, seconds } = walkPair(bounds);
    console.log(`${name}: ${states} states, ${transitions} transitions, ${seconds.toFixed(1)} s`);
    expect([...breaches].map(([rule, path]) => `${rule}: ${path.join('; ')}`)).toEqual([]);
    expect(restless, 'states that cannot come to rest by themselves').toBe(0);
  }, 600_000);
});
