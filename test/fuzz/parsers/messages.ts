import assert from 'node:assert/strict';
import fc from 'fast-check';
import { what, why } from '../../../src/tools/devtools/describe.ts';
import { createModel, timersOf } from '../../../src/tools/devtools/model.ts';
import { messageIn } from '../../../src/tools/inspect/node/audience.ts';
import { texts } from '../garbage.ts';
import { type Parser, parser, SENTINEL } from '../parser.ts';
import { facts } from '../valid.ts';

const base = {
  sessionId: fc.constantFrom('x:0', 'x:1'),
  rootId: fc.constant('x:0'),
  createdAt: fc.integer({ min: 0, max: 4e12 }).map(String),
  _version: fc.constant('0.7'),
};
const snapshot = fc.record({
  status: fc.constant('active'),
  value: fc.oneof(fc.constant('restoring'), fc.constant({ idle: 'fresh' })),
  context: fc.record({
    facts,
    failure: fc.option(fc.constant({ code: 'network', message: SENTINEL, retryable: true })),
    tries: fc.nat(3),
  }),
});
const message = fc.oneof(
  fc.record({
    ...base,
    type: fc.constant('@xstate.actor'),
    name: fc.constant('auth'),
    definition: fc.constant('{}'),
    snapshot,
  }),
  fc.record({ ...base, type: fc.constant('@xstate.event'), event: fc.constant({ type: 'login.start' }) }),
  fc.record({
    ...base,
    type: fc.constant('@xstate.snapshot'),
    event: fc.constant({ type: 'login.start' }),
    snapshot,
    moves: fc.array(fc.record({ key: fc.string(), guard: fc.option(fc.constant('hasGuest')) }), {
      maxLength: 2,
    }),
  }),
);

const ACTOR = {
  type: '@xstate.actor',
  sessionId: 'x:0',
  createdAt: '0',
  name: 'auth',
  definition: '{}',
  snapshot: {},
};

export const messages: Parser[] = [
  parser({
    name: 'inspector: messages to the viewer',
    weight: 2,
    input: texts(message),
    run: messageIn,
    judge(found, text) {
      if (found === null) return;
      assert.match(String((JSON.parse(text) as { type: unknown }).type), /^@xstate\./);
      assert.equal(found, text);
    },
  }),
  parser({
    name: 'inspector: messages to a panel',
    weight: 2,
    input: fc.array(texts(message), { minLength: 1, maxLength: 3 }),
    run(list) {
      const model = createModel();
      model.receive(ACTOR, 0);
      for (const text of list) {
        const known = messageIn(text);
        if (known !== null) model.receive(JSON.parse(known), 0);
      }
      return model;
    },
    judge({ steps, running, name }) {
      assert.equal(typeof name, 'string');
      assert.ok(running.every((each) => typeof each === 'string'));
      for (const step of steps) {
        assert.equal(typeof what(step), 'string');
        assert.ok(['string', 'object'].includes(typeof why(step)));
        assert.ok(Array.isArray(timersOf(step.context)));
        assert.equal(typeof step.to, 'string');
      }
    },
  }),
];
