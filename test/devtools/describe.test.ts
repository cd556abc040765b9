import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { authMachine } from '../../machines/index.ts';
import { left, since, timeOf, trigger, what, why } from '../../src/tools/devtools/describe.ts';
import type { Step } from '../../src/tools/devtools/model.ts';
import { STATECHART } from '../../src/tools/devtools/statechart.ts';
import { STATE_TEXTS } from '../../src/tools/devtools/texts.ts';
import { DELAY_WORDS, EVENT_WORDS, GUARD_WORDS } from '../../src/tools/devtools/words.ts';
import { moveOf } from '../../src/tools/feed/moves.ts';

const nodesBelow = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesBelow),
];
const nodes = nodesBelow(authMachine.root as AnyStateNode);
const pathOf = ({ path }: AnyStateNode) => path.join('.');
/** The atomic states: those that can be the present one. */
const leavesOf = (node: AnyStateNode) => nodesBelow(node).filter(({ type }) => type === 'atomic');
const transitions = nodes.flatMap((node) => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
]);

const stepOf = (more: Partial<Step>): Step => ({
  number: 2,
  at: 0,
  event: 'retry',
  from: 'restoring',
  to: 'idle.fresh',
  moves: [],
  isIgnored: false,
  failure: null,
  isNotYet: false,
  context: {} as never,
  view: null,
  ...more,
});

const isSentence = /^[A-Z].* .*$/;

describe('the words for the machine', () => {
  test('cover the whole machine', () => {
    expect(leavesOf(authMachine.root as AnyStateNode)).toHaveLength(27);
    expect(transitions.length).toBeGreaterThan(100);
    expect(nodes.filter(({ invoke }) => invoke.length > 0)).toHaveLength(12);
  });

  test('exist for every event, and for nothing else', () => {
    const events = authMachine.events.filter((event) => !event.startsWith('xstate.'));
    expect(events).toContain('record.changed');
    for (const event of events) expect(what(stepOf({ event })), event).toMatch(isSentence);
    expect(Object.keys(EVENT_WORDS).sort()).toEqual([...events].sort());
  });

  test('exist for every delay wherever it is used, and for nothing else', () => {
    const used = nodes.flatMap((node) =>
      node.after.map(({ eventType, delay }) => {
        const said = what(stepOf({ event: eventType, from: pathOf(node) }));
        expect(said, eventType).toMatch(isSentence);
        expect(said).not.toContain('xstate.');
        expect(trigger(stepOf({ event: eventType }))).toBe(`after ${delay}`);
        return String(delay);
      }),
    );
    expect(Object.keys(DELAY_WORDS).sort()).toEqual([...new Set(used)].sort());
  });

  test('exist for every guard, and for nothing else', () => {
    const guards = transitions.flatMap((transition) => moveOf(transition).guard ?? []);
    for (const transition of transitions) {
      const move = moveOf(transition);
      const said = why(stepOf({ moves: [move] }));
      if (move.guard === null) expect(said).toBeNull();
      else {
        expect(said, move.key).toMatch(/ /);
        expect(said).not.toContain(move.guard);
      }
    }
    expect(Object.keys(GUARD_WORDS).sort()).toEqual([...new Set(guards)].sort());
  });

  test('exist for both answers in every state that waits for an actor', () => {
    for (const node of nodes.filter(({ invoke }) => invoke.length > 0)) {
      for (const { id } of node.invoke) {
        for (const leaf of leavesOf(node)) {
          const [done, error] = ['done', 'error'].map((kind) =>
            what(stepOf({ event: `xstate.${kind}.actor.${id}`, from: pathOf(leaf) })),
          );
          expect(done, pathOf(leaf)).toMatch(isSentence);
          expect(error, pathOf(leaf)).toMatch(isSentence);
          expect(done).not.toContain('xstate.');
          expect(error).not.toContain('xstate.');
          expect(done).not.toBe(error);
        }
      }
    }
  });

  test('include two texts for every state, and every state is in the drawing', () => {
    const paths = nodes.map(pathOf).filter((path) => path !== '');
    expect(Object.keys(STATE_TEXTS).sort()).toEqual(paths.sort());
    for (const path of paths) expect(STATECHART).toContain(`"data-state":"${path}"`);
  });

  test('lack no transition: each one between states is in the drawing', () => {
    const drawn = new Set(
      [...STATECHART.matchAll(/"data-moves":"([^"]*)"/g)].flatMap(([, keys = '']) => keys.split(' ')),
    );
    // Except transitions of the machine's root, and those without a target.
    const leading = transitions.filter(({ source, target }) => source.parent && target);
    const missing = leading.map((transition) => moveOf(transition).key).filter((key) => !drawn.has(key));
    expect(leading.length).toBeGreaterThan(80);
    expect([...new Set(missing)]).toEqual([]);
    const known = new Set(transitions.map((transition) => moveOf(transition).key));
    expect([...drawn].filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('a step’s description', () => {
  test('says of the first step that it was first seen here', () => {
    expect(what(stepOf({ number: 1, from: null, event: 'xstate.init' }))).toBe('First seen here');
  });

  test('shows unknown events and guards as they are', () => {
    for (const event of ['constructor', '__proto__', 'toString', 'x.y', '', 'xstate.after', 'xstate.after.x'])
      expect(what(stepOf({ event }))).toBe(event);
    expect(what(stepOf({ event: 'xstate.done.actor.x', from: 'nowhere' }))).toBe('xstate.done.actor.x');
    expect(what(stepOf({ event: 'xstate.error.actor.x', from: 'constructor' }))).toBe('xstate.error.actor.x');
    const moves = ['hasOwnProperty', 'ownGuard'].map((guard) => ({ key: '', guard }));
    expect(why(stepOf({ moves }))).toBe('hasOwnProperty; ownGuard');
  });

  test('gives each reason once: the guards in order, then the failure', () => {
    const moves = ['hasGuest', null, 'guestIsUsed', 'hasGuest'].map((guard) => ({ key: '', guard }));
    const failure = { code: 'network', message: 'It is off.', retryable: true } as const;
    expect(why(stepOf({ moves }))).toBe('there is still a guest session; the guest has rated something');
    expect(why(stepOf({ moves, failure }))).toBe(
      'there is still a guest session; the guest has rated something; It is off. (network)',
    );
    expect(why(stepOf({ failure }))).toBe('It is off. (network)');
    expect(why(stepOf({ isIgnored: true, failure }))).toBe('this event has no effect in this state');
    expect(why(stepOf({}))).toBeNull();
  });

  test('shortens the event', () => {
    expect(trigger(stepOf({ event: 'login.start' }))).toBe('login.start');
    expect(trigger(stepOf({ event: 'xstate.done.actor.restore' }))).toBe('done');
    expect(trigger(stepOf({ event: 'xstate.error.actor.restore' }))).toBe('error');
    const event = 'xstate.after.backoff.auth.tokenRequested.backoff';
    expect(trigger(stepOf({ event }))).toBe('after backoff');
    expect(trigger(stepOf({ event: 'xstate.error.actor.x', isNotYet: true }))).toBe('not yet');
  });
});

describe('the texts for times', () => {
  test.each([
    [-1, '0:00'],
    [0, '0:00'],
    [499, '0:00'],
    [500, '0:01'],
    [59_499, '0:59'],
    [59_500, '1:00'],
    [3_581_000, '59:41'],
    [3_599_600, '1:00:00'],
    [86_381_000, '23:59:41'],
    [360_000_000, '100:00:00'],
  ])('show %i ms left as %s', (ms, text) => expect(left(ms)).toBe(text));

  test.each([
    [-5, '+0 ms'],
    [0, '+0 ms'],
    [12.4, '+12 ms'],
    [999, '+999 ms'],
    [1_000, '+1.0 s'],
    [3_400, '+3.4 s'],
    [60_000, '+1 min'],
    [59 * 60_000, '+59 min'],
  ])('show %d ms passed as %s', (ms, text) => expect(since(ms)).toBe(text));

  test('show a moment in the reader’s time zone, to the millisecond', () => {
    expect(timeOf(new Date(2026, 10, 23, 14, 3, 12, 45).getTime())).toBe('14:03:12.045');
    expect(timeOf(new Date(2026, 0, 2, 3, 4, 5, 678).getTime())).toBe('03:04:05.678');
  });
});
