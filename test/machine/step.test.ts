import { describe, expect, test } from 'vitest';
import { createActor, transition } from 'xstate';
import {
  type AuthEvent,
  type AuthFacts,
  authMachine,
  contextAtFirst,
  NOTHING,
  snapshotAt,
  stepsBy,
} from '../../machines/index.ts';

const at = 1_800_000_000_000;
const token: AuthFacts['token'] = { apiVersion: 3, requestedAt: at, expiresAt: at + 3_600_000 };
const PLACES = [
  [{ idle: 'fresh' }, NOTHING],
  [{ awaitingApproval: 'waiting' }, { ...NOTHING, token }],
  [{ sessionActive: 'ready' }, { ...NOTHING, session: { createdAt: at, expiresAt: null } }],
] as const;
const EVENTS: AuthEvent[] = [
  { type: 'login.cancel' },
  { type: 'login.start' },
  { type: 'approval.check' },
  { type: 'approval.granted' },
  { type: 'approval.denied' },
  { type: 'guest.start' },
  { type: 'session.check' },
  { type: 'logout' },
];

const step = stepsBy(createActor(authMachine, { input: { apiVersion: 3 } }));

describe.each(PLACES)('from %j', (value, facts) => {
  test.each(EVENTS)('$type leads where XState’s own transition leads, also when repeated', (event) => {
    const before = authMachine.resolveState({
      value,
      context: { ...contextAtFirst({ apiVersion: 3 }), facts },
    });
    const [own] = transition(authMachine, before, event);
    for (let times = 0; times < 3; times += 1) {
      const after = step(snapshotAt(value, { apiVersion: 3, facts }), event);
      expect(after.value).toEqual(own.value);
      expect(after.context).toEqual(own.context);
      expect([...after.tags]).toEqual([...own.tags]);
    }
  });
});

test('snapshots of one state are resolved once, and each has the facts and the API version it was made for', () => {
  const waiting = { awaitingApproval: 'waiting' } as const;
  const one = snapshotAt(waiting, { apiVersion: 3, facts: { ...NOTHING, token } });
  const other = snapshotAt(waiting, { apiVersion: 4, facts: NOTHING });
  expect(one.context).toMatchObject({ apiVersion: 3, facts: { token } });
  expect(other.context).toMatchObject({ apiVersion: 4, facts: { token: null } });
  expect(other.matches('awaitingApproval')).toBe(true);
});
