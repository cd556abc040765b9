import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failureOf } from '../../../machines/index.ts';
import { createTmdbAuth, TmdbAuthError } from '../../../src/index.ts';
import { fromUnstorage } from '../../../src/platforms/node/from-unstorage.ts';
import { parseFacts, parseRecord, type SessionRecord } from '../../../src/record/session-record.ts';
import { createTestClock } from '../../support/clock.ts';
import { junk, mutated, texts } from '../garbage.ts';
import { hasOnly, isFailure, isTime, type Parser, parser, SENTINEL } from '../parser.ts';
import { facts, READ_ACCESS_TOKEN, records } from '../valid.ts';

const FIELDS = {
  token: ['apiVersion', 'requestedAt', 'expiresAt'],
  access: ['createdAt', 'accountObjectId'],
  session: ['createdAt', 'expiresAt'],
  account: ['id', 'username', 'name', 'avatarPath', 'gravatarHash', 'language', 'country', 'includeAdult'],
  guest: ['createdAt', 'used', 'unusedUntil', 'expiresAt'],
  exchanging: ['by', 'at', 'asking', 'isInterrupted'],
} as const;
const TIMES = ['requestedAt', 'expiresAt', 'createdAt', 'unusedUntil', 'at'];
const PAIRS = [
  ['token', 'requestToken'],
  ['access', 'accessToken'],
  ['session', 'sessionId'],
  ['guest', 'guestId'],
] as const;

/** Facts with known fields only and with valid times. */
export function areFacts(found: object, also: readonly string[] = []): void {
  hasOnly(found, [...Object.keys(FIELDS), ...also]);
  for (const [name, fact] of Object.entries(found)) {
    if (fact === null || also.includes(name)) continue;
    hasOnly(fact, FIELDS[name as keyof typeof FIELDS]);
    for (const [field, value] of Object.entries(fact)) {
      if (TIMES.includes(field) && !(field === 'expiresAt' && value === null && name === 'session'))
        assert.ok(isTime(value), `${name}.${field} is ${value}`);
    }
  }
}

function isRecord(record: SessionRecord): void {
  hasOnly(record, ['v', 'facts', 'secrets']);
  areFacts(record.facts);
  hasOnly(record.secrets, ['requestToken', 'redirectTo', 'accessToken', 'sessionId', 'guestId']);
  for (const [fact, name] of PAIRS)
    assert.equal(record.facts[fact] === null, record.secrets[name] === null, `${fact} without its secret`);
  const text = JSON.stringify(record);
  assert.equal(JSON.stringify(parseRecord(text)), text);
}

/** A client with this in its storage, after its restore. */
async function restore(found: unknown) {
  const warnings: unknown[] = [];
  const clock = createTestClock();
  const auth = createTmdbAuth({
    credentials: { accessToken: READ_ACCESS_TOKEN },
    clock,
    fetch: () => Promise.reject(new Error(SENTINEL)),
    storage: {
      ...fromUnstorage({ getItem: async () => found, setItem: async () => {}, removeItem: async () => {} }),
    },
    onWarning: (failure) => warnings.push(failure),
  });
  try {
    for (let round = 0; auth.getView().state === 'restoring' && round < 100; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (round > 20) clock.advance(200);
    }
    return { view: auth.getView(), approvalUrl: auth.approvalUrl, warnings };
  } finally {
    auth.dispose();
  }
}

export const stored: Parser[] = [
  parser({
    name: 'record: a stored text',
    weight: 3,
    input: texts(records),
    run: parseRecord,
    judge(record) {
      if (record) isRecord(record);
    },
  }),
  parser({
    name: 'record: facts from a server',
    weight: 2,
    input: fc.oneof({ weight: 5, arbitrary: mutated(facts) }, junk),
    run: parseFacts,
    judge(found) {
      if (found) areFacts(found);
    },
  }),
  parser({
    name: 'record: the restore of a client',
    weight: 0.1,
    input: fc.oneof({ weight: 3, arbitrary: texts(records) }, mutated(records), junk),
    run: restore,
    judge({ view, approvalUrl, warnings }) {
      assert.notEqual(view.state, 'restoring');
      for (const at of [view.expiresAt, view.guest?.expiresAt ?? null])
        assert.ok(at === null || isTime(at), `a time of ${at}`);
      if (approvalUrl !== null) assert.equal(new URL(approvalUrl).origin, 'https://www.themoviedb.org');
      warnings.forEach(isFailure);
      assert.ok(!JSON.stringify(warnings).includes(SENTINEL), 'a secret is in a warning');
    },
  }),
  parser({
    name: 'failure: errors that enter the machine',
    weight: 2,
    input: fc.oneof(
      junk,
      mutated(
        fc.constant({ failure: { code: 'network', message: 'It broke.', retryable: true, retryAfter: 5 } }),
      ),
      mutated(
        fc.constant({
          failure: { code: 'rate_limited', message: 'x', retryable: true, tmdbCode: 3, httpStatus: 401 },
        }),
      ),
    ),
    run: failureOf,
    judge(failure) {
      isFailure(failure);
      assert.equal(new TmdbAuthError(failure).code, failure.code);
    },
  }),
];
