import { describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { sampleOf, wordsOf } from './pair/compare.ts';
import { createPair } from './pair/real.ts';
import { always, atRest } from './pair/rules.ts';
import { type Walked, walkPair } from './pair/walk.ts';
import { WORLDS } from './pair/worlds.ts';

/** Ways of the walk that two real clients are led along, in each world. */
const SAMPLE = 24;
const rules = [...Object.keys(always), ...Object.keys(atRest)];
const found = new Map<string, Walked>();
const compared = { ways: 0, steps: 0 };

describe.each(Object.entries(WORLDS))('two clients on one storage: %s', (name, bounds) => {
  test('in every order of events, every rule holds, and everything comes to rest by itself', () => {
    const walked = walkPair(bounds);
    found.set(name, walked);
    const { states, transitions, atRest: rests, seconds } = walked;
    console.log(
      `${name}: ${states} states, ${transitions} transitions, ${rests} at rest, ${seconds.toFixed(1)} s`,
    );
    expect([...walked.breaches].map(([rule, way]) => `${rule}: ${way.join('; ')}`)).toEqual([]);
    expect(walked.restless, 'states that cannot come to rest by themselves').toBe(0);
  }, 300_000);

  test('two real clients, led along ways of the walk, agree with it after every step', async () => {
    const walked = found.get(name) as Walked;
    for (const way of sampleOf(walked, SAMPLE)) {
      const pair = await createPair(bounds);
      try {
        for (const [at, { move, world }] of wordsOf(bounds, way).entries()) {
          await pair.play(move);
          const told = way.slice(0, at + 1).join('; ');
          expect(pair.look(), told).toEqual(world);
          compared.steps += 1;
        }
        compared.ways += 1;
      } finally {
        await pair.close();
      }
    }
  }, 120_000);
});

test('figures', () => {
  const all = [...found.values()];
  const sum = (of: (walked: Walked) => number) => all.reduce((total, walked) => total + of(walked), 0);
  figures('clients', {
    worlds: all.length,
    states: sum(({ states }) => states),
    transitions: sum(({ transitions }) => transitions),
    'states at rest': sum(({ atRest: rests }) => rests),
    rules: rules.length,
    seconds: sum(({ seconds }) => seconds).toFixed(1),
    'ways led along by two real clients': compared.ways,
    'steps compared': compared.steps,
  });
  expect(all).toHaveLength(Object.keys(WORLDS).length);
});
