import { describe, expect, test } from 'vitest';
import { walkPair } from './pair/walk.ts';
import { LARGE_WORLDS } from './pair/worlds.ts';

describe.each(Object.entries(LARGE_WORLDS))('two clients on one storage: %s', (name, bounds) => {
  test('in every order of events, every rule holds, and everything comes to rest by itself', () => {
    const { states, transitions, breaches, restless, seconds } = walkPair(bounds);
    console.log(`${name}: ${states} states, ${transitions} transitions, ${seconds.toFixed(1)} s`);
    expect([...breaches].map(([rule, way]) => `${rule}: ${way.join('; ')}`)).toEqual([]);
    expect(restless, 'states that cannot come to rest by themselves').toBe(0);
  }, 600_000);
});
