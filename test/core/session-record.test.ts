import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_RECORD,
  parseFacts,
  parseRecord,
  type SessionRecord,
} from '../../src/record/session-record.ts';

const time = fc.integer({ min: 0, max: 4e12 });
const secret = fc.string({ minLength: 1 });
const filled = fc.string({ minLength: 1 });

const account = fc.record({
  id: fc.maxSafeInteger(),
  username: fc.string(),
  name: fc.string(),
  avatarPath: fc.option(filled),
  gravatarHash: fc.option(filled),
  language: fc.string(),
  country: fc.string(),
  includeAdult: fc.boolean(),
});

/** Records as clients write them: every fact has its secret, and every secret its fact. */
const records: fc.Arbitrary<SessionRecord> = fc
  .record({
    token: fc.option(
      fc.tuple(
        fc.record({
          apiVersion: fc.constantFrom(3 as const, 4 as const),
          requestedAt: time,
          expiresAt: time,
        }),
        secret,
      ),
    ),
    exchanging: fc.option(
      fc.record({ by: fc.string(), at: time, asking: fc.boolean(), isInterrupted: fc.boolean() }),
    ),
    redirectTo: fc.option(secret),
    access: fc.option(fc.tuple(fc.record({ createdAt: time, accountObjectId: fc.string() }), secret)),
    session: fc.option(fc.tuple(fc.record({ createdAt: time, expiresAt: fc.option(time) }), secret)),
    account: fc.option(account),
    guest: fc.option(
      fc.tuple(
        fc.record({ createdAt: time, used: fc.boolean(), unusedUntil: time, expiresAt: time }),
        secret,
      ),
    ),
  })
  .map(({ token, exchanging, redirectTo, access, session, account, guest }) => {
    const [accessFacts = null, accessToken = null] = access ?? [];
    const [tokenFacts = null, requestToken = null] = token ?? [];
    const [sessionFacts = null, sessionId = null] = session ?? [];
    const [guestFacts = null, guestId = null] = guest ?? [];
    return {
      v: 1,
      facts: {
        token: tokenFacts,
        exchanging: sessionFacts ? null : (tokenFacts ?? accessFacts) && exchanging,
        access: accessFacts,
        session: sessionFacts,
        account: sessionFacts && account,
        guest: guestFacts,
      },
      secrets: { requestToken, redirectTo: tokenFacts && redirectTo, accessToken, sessionId, guestId },
    };
  });

const PAIRS = [
  ['token', 'requestToken'],
  ['access', 'accessToken'],
  ['session', 'sessionId'],
  ['guest', 'guestId'],
] as const;

/** Every fact at once, which no client writes. */
const FULL = {
  v: 1,
  facts: {
    token: { apiVersion: 3, requestedAt: 1, expiresAt: 2 },
    exchanging: { by: 'tab', at: 3, asking: true },
    access: { createdAt: 4, accountObjectId: '4bc8' },
    session: { createdAt: 5, expiresAt: 6 },
    account: {
      id: 7,
      username: 'ann',
      name: 'Ann',
      avatarPath: '/a.png',
      gravatarHash: 'c9e9',
      language: 'en',
      country: 'CA',
      includeAdult: true,
    },
    guest: { createdAt: 8, used: true, unusedUntil: 9, expiresAt: 10 },
  },
  secrets: { requestToken: 't', redirectTo: 'r', accessToken: 'a', sessionId: 's', guestId: 'g' },
};
type Fact = keyof typeof FULL.facts;

/** The fact that is read when one of its fields has another value. A claim is read only without a session. */
const readWith = (fact: Fact, field: string, value: unknown) => {
  const session = fact === 'exchanging' ? null : FULL.facts.session;
  const facts = { ...FULL.facts, session, [fact]: { ...FULL.facts[fact], [field]: value } };
  return parseRecord(JSON.stringify({ ...FULL, facts }))?.facts[fact];
};

describe('the stored facts', () => {
  const JUNK = [undefined, null, '', 'soon', true, {}, [1], Number.NaN];

  test.each<[Fact, string]>([
    ['token', 'requestedAt'],
    ['token', 'expiresAt'],
    ['exchanging', 'at'],
    ['access', 'createdAt'],
    ['session', 'createdAt'],
    ['account', 'id'],
    ['guest', 'createdAt'],
    ['guest', 'unusedUntil'],
    ['guest', 'expiresAt'],
  ])('lose `%s` when it lacks its number %s', (fact, field) => {
    expect(readWith(fact, field, 11)).toMatchObject({ [field]: 11 });
    for (const junk of JUNK) expect(readWith(fact, field, junk)).toBeNull();
  });

  test.each<[Fact, string]>([
    ['exchanging', 'by'],
    ['account', 'username'],
  ])('lose `%s` when it lacks its text %s', (fact, field) => {
    expect(readWith(fact, field, 'bob')).toMatchObject({ [field]: 'bob' });
    for (const junk of [undefined, null, 1, true, {}, ['bob']])
      expect(readWith(fact, field, junk)).toBeNull();
  });

  test('include a session without an end, but not one with an end of another type', () => {
    expect(readWith('session', 'expiresAt', null)).toEqual({ createdAt: 5, expiresAt: null });
    for (const junk of [undefined, '', 'soon', true, {}]) {
      expect(readWith('session', 'expiresAt', junk)).toBeNull();
    }
  });

  test('lose the guest unless it says whether the guest was used', () => {
    for (const junk of [undefined, null, 0, 'true']) expect(readWith('guest', 'used', junk)).toBeNull();
  });

  test.each([
    ['name', ''],
    ['avatarPath', null],
    ['gravatarHash', null],
    ['language', ''],
    ['country', ''],
    ['includeAdult', false],
  ])('include an account that lacks its %s', (field, none) => {
    for (const junk of [undefined, null, '', 1, {}]) {
      expect(readWith('account', field, junk)).toEqual({ ...FULL.facts.account, [field]: none });
    }
  });

  test('include a v3 token unless it says v4', () => {
    expect(readWith('token', 'apiVersion', 4)).toMatchObject({ apiVersion: 4 });
    for (const junk of [undefined, 5, '4']) {
      expect(readWith('token', 'apiVersion', junk)).toMatchObject({ apiVersion: 3 });
    }
  });
});

describe('facts from a server', () => {
  test('are read one by one', () => {
    const { exchanging: _, ...told } = FULL.facts;
    expect(parseFacts(told)).toEqual(told);
    expect(parseFacts({ ...told, session: 'yes' })).toEqual({ ...told, session: null });
  });

  test.each([undefined, null, 'none', []])('are none when the answer is %o', (value) => {
    expect(parseFacts(value) ?? null).toBeNull();
  });
});

describe('a stored record', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(parseRecord(JSON.stringify(record))).toEqual(record);
      }),
    );
  });

  test('loses a fact without its secret, and a secret without its fact', () => {
    fc.assert(
      fc.property(records, fc.constantFrom(...PAIRS), fc.boolean(), (record, [fact, name], isFactLost) => {
        const damaged = structuredClone(record);
        if (isFactLost) damaged.facts[fact] = null;
        else damaged.secrets[name] = null;
        const read = parseRecord(JSON.stringify(damaged));
        expect(read?.facts[fact]).toBeNull();
        expect(read?.secrets[name]).toBeNull();
        if (fact === 'session') expect(read?.facts.account).toBeNull();
        if (!read?.facts.token && !read?.facts.access) expect(read?.facts.exchanging).toBeNull();
        for (const [other, otherName] of PAIRS.filter(([each]) => each !== fact)) {
          expect(read?.facts[other]).toEqual(record.facts[other]);
          expect(read?.secrets[otherName]).toEqual(record.secrets[otherName]);
        }
      }),
    );
  });

  test('is read from any text as a record or as null, and reading that again gives the same', () => {
    const wild = fc.record(
      { v: fc.constantFrom(1, 1, 1, 2, '1', null), facts: fc.object(), secrets: fc.object() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          wild.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const read = parseRecord(text);
          if (read === null) return;
          expect(parseRecord(JSON.stringify(read))).toEqual(read);
          for (const [fact, name] of PAIRS)
            expect(read.facts[fact] === null).toBe(read.secrets[name] === null);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('loses only the fact that has a field of the wrong type', () => {
    const names = ['token', 'session', 'guest'] as const;
    fc.assert(
      fc.property(records, fc.constantFrom(...names), fc.jsonValue(), (record, fact, junk) => {
        fc.pre(typeof junk !== 'object' || junk === null || Array.isArray(junk));
        const read = parseRecord(JSON.stringify({ ...record, facts: { ...record.facts, [fact]: junk } }));
        expect(read?.facts[fact]).toBeNull();
        for (const other of names.filter((each) => each !== fact)) {
          expect(read?.facts[other]).toEqual(record.facts[other]);
        }
      }),
    );
  });

  test.each(['NaN', '"1"', 'null', '1e999', 'true'])('loses a session with the time %s', (value) => {
    const text = `{"v":1,"facts":{"session":{"createdAt":${value},"expiresAt":null}},"secrets":{"sessionId":"abc"}}`;
    expect(parseRecord(text)?.facts.session ?? null).toBeNull();
  });

  test('loses unknown secrets and unknown top-level fields', () => {
    const text = JSON.stringify({
      ...EMPTY_RECORD,
      password: 'x',
      secrets: { ...EMPTY_RECORD.secrets, password: 'x', accessToken: 'y' },
    });
    expect(parseRecord(text)).toEqual(EMPTY_RECORD);
  });

  test.each([
    '',
    'null',
    '[]',
    '1',
    '"x"',
    '{}',
    '{"v":1}',
    '{"v":1,"facts":{}}',
    '{"v":1,"facts":[],"secrets":{}}',
    '{"v":1,"facts":"all","secrets":{}}',
    '{"v":1,"facts":null,"secrets":{}}',
    '{"v":1,"facts":{},"secrets":[]}',
    '{"v":1,"facts":{},"secrets":"all"}',
    '{"v":2,"facts":{},"secrets":{}}',
    '<html>',
  ])('is null when its text is %s', (text) => {
    expect(parseRecord(text)).toBeNull();
  });
});
