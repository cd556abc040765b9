import { describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { sampleOf, wordsOf } from './pair/compare.ts';
import { createPair } from './pair/real.ts';
import { always, atRest } from './pair/rules.ts';
import { type Walked, walkPair } from './pair/walk.ts';
import { WORLDS } from './pair/worlds.ts';

/** How many paths of the walk the real clients follow in each world. */
const SAMPLE = 24;
const rules = [...Object.keys(always), ...Object.keys(atRest)];
const found = new Map<string, Walked>();
const compared = { paths: 0, steps: 0 };

describe.each(Object.entries(WORLDS))('two clients on one storage: %s', (name, bounds) => {
  test('keep every rule and come to rest in every order of events', () => {
    const walked = walkPair(bounds);
    found.set(name, walked);
    const { states, transitions, atRest: rests, seconds } = walked;
    console.log(
      `${name}: ${states} states, ${transitions} transitions, ${rests} at rest, ${seconds.toFixed(1)} s`,
    );
    expect([...walked.breaches].map(([rule, path]) => `${rule}: ${path.join('; ')}`)).toEqual([]);
    expect(walked.restless, 'states that cannot come to rest by themselves').toBe(0);
  }, 300_000);

  test('agree with the model after every step when they are real clients', async () => {
    const walked = found.get(name) as Walked;
    for (const path of sampleOf(walked, SAMPLE)) {
      const pair = await createPair(bounds);
      try {
        for (const [at, { move, world }] of wordsOf(bounds, path).entries()) {
          await pair.play(move);
          const told = path.slice(0, at + 1).join('; ');
          expect(pair.look(), told).toEqual(world);
          compared.steps += 1;
        }
        compared.paths += 1;
      } finally {
        await pair.close();
      }
    }
  }, 120_000);
});

test('the walks of two clients cover every world', () => {
  const all = [...found.values()];
  const sum = (of: (walked: Walked) => number) => all.reduce((total, walked) => total + of(walked), 0);
  figures('clients', {
    worlds: all.length,
    states: sum(({ states }) => states),
    transitions: sum(({ transitions }) => transitions),
    'states at rest': sum(({ atRest: rests }) => rests),
    rules: rules.length,
    seconds: sum(({ seconds }) => seconds).toFixed(1),
    'paths followed by two real clients': compared.paths,
    'steps compared': compared.steps,
  });
  expect(all).toHaveLength(Object.keys(WORLDS).length);
});
