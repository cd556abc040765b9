import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inEveryChange, inEveryState } from './invariants.ts';
import { eventsAt, keyOf, own, say, sent, start, step, strays, type WorldEvent } from './world.ts';

const RUNS = 2_000;
const LENGTH = 50;

/** Callers, the state's own actors and timers, or anything; the latter two also where nothing of it is legal. */
const choice = fc.tuple(fc.constantFrom('callers', 'own', 'own', 'any'), fc.nat(10_000));
const KINDS = { callers: () => sent, own, any: eventsAt } as const;

const checked = new Set<string>();

test(`${RUNS} random lives of ${LENGTH} events break none of the invariants of the walk`, () => {
  fc.assert(
    fc.property(fc.array(choice, { minLength: 1, maxLength: LENGTH, size: 'max' }), (choices) => {
      const told: string[] = [];
      let before = start;
      for (const [kind, pick] of choices) {
        const candidates: WorldEvent[] = KINDS[kind as keyof typeof KINDS](before);
        const event = candidates[pick % candidates.length] ?? strays[0];
        if (!event) continue;
        told.push(say(event));
        const after = step(before, event);
        const key = keyOf(after);
        for (const [name, holds] of key === keyOf(before) ? [] : Object.entries(inEveryChange)) {
          if (!holds({ before, event, after })) expect.fail(`${name}: ${told.join(', ')}`);
        }
        if (!checked.has(key)) {
          for (const [name, holds] of Object.entries(inEveryState)) {
            if (!holds(after)) expect.fail(`${name}: ${told.join(', ')}`);
          }
        }
        checked.add(key);
        before = after;
      }
    }),
    { numRuns: RUNS },
  );
}, 60_000);
