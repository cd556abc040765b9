import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createSeal } from '../../../src/platforms/seal.ts';
import { cookieJar, cookiesNamed } from '../../../src/platforms/server/jar.ts';
import { serverSettingsOf } from '../../../src/platforms/server/options.ts';
import { PARTS } from '../../../src/platforms/server/parts.ts';
import { settledIn } from '../../../src/platforms/server/settled.ts';
import { createTestClock } from '../../support/clock.ts';
import { spoilt, texts } from '../garbage.ts';
import { isTime, type Parser, parser, SENTINEL } from '../parser.ts';
import { READ_ACCESS_TOKEN, records } from '../valid.ts';

const clock = createTestClock();
const [NEW, OLD, OTHER] = ['new', 'old', 'other'].map(
  (name) => `${name}-secret-of-this-test-that-is-long-enough`,
);
const seal = createSeal([NEW as string, OLD as string], clock.now);
const SEALS = {
  new: seal,
  old: createSeal([OLD as string], clock.now),
  other: createSeal([OTHER as string], clock.now),
};
const LATER = clock.now() + 60_000;

type Key = keyof typeof SEALS;
interface Letter {
  by: Key;
  purpose: string;
  isOver: boolean;
  text: string;
  spoil(sealed: string): string;
}

const sealer = ({ by, purpose, isOver, text }: Letter) =>
  SEALS[by].close(purpose, text, isOver ? clock.now() - 60_000 : LATER);

const flip = (at: number, to: string) => (sealed: string) =>
  sealed.slice(0, at % sealed.length) + to + sealed.slice((at % sealed.length) + 1);
const header = (change: (head: object) => object) => (sealed: string) => {
  const [head = '', ...rest] = sealed.split('.');
  const changed = change(JSON.parse(Buffer.from(head, 'base64url').toString()) as object);
  return [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
};
const spoilers: fc.Arbitrary<(sealed: string) => string> = fc.oneof(
  { weight: 3, arbitrary: fc.constant((sealed: string) => sealed) },
  fc
    .tuple(fc.nat(600), fc.constantFrom('A', '_', '.', '=', '+', '\u0000', ''))
    .map(([at, to]) => flip(at, to)),
  fc.nat(600).map((at) => (sealed: string) => sealed.slice(0, at % sealed.length)),
  fc.constantFrom(
    header((head) => ({ ...head, kid: SENTINEL })),
    header((head) => ({ ...head, typ: 'user' })),
    header((head) => ({ ...head, alg: 'none' })),
    header((head) => ({ ...head, alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, p2s: 'AAAAAAAAAAA' })),
    header((head) => ({ ...head, zip: 'DEF' })),
    header((head) => ({ ...head, crit: ['x'], x: 1 })),
    (sealed: string) => sealed + sealed,
    (sealed: string) => sealed.split('.').reverse().join('.'),
    (sealed: string) => `${sealed}.`,
    (sealed: string) => sealed.split('.').slice(0, 3).join('.'),
    (sealed: string) => ` ${sealed} `,
    () => 'a.b.c.d.e',
    () => '.'.repeat(10_000),
    () => 'A'.repeat(100_000),
  ),
  spoilt(fc.constant('eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA')).map((text) => () => text),
);

const letters = fc.record({
  by: fc.constantFrom<Key[]>('new', 'old', 'other'),
  purpose: fc.constantFrom('user', 'pending', 'guest', 'id'),
  isOver: fc.boolean(),
  text: texts(records),
  spoil: spoilers,
});

const settings = serverSettingsOf({
  credentials: { accessToken: READ_ACCESS_TOKEN },
  origin: 'https://films.example',
  secrets: [NEW as string, OLD as string],
  clock,
});

const COOKIE =
  /^__Host-tmdb-auth\.(pending|user|guest)=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/;

/** Cookies from a browser: ours, sealed well or badly, with the expected content or any other. */
export const cookies = fc.record({
  letters: fc.array(fc.tuple(fc.constantFrom(...PARTS), letters), { maxLength: 3 }),
  others: fc.array(
    spoilt(fc.constantFrom('__Host-tmdb-auth.user=', 'a=b', '__Host-tmdb-auth.guest', ';', '=;=')),
    { maxLength: 2 },
  ),
});

export async function cookieHeader({ letters, others }: { letters: [string, Letter][]; others: string[] }) {
  const ours = letters.map(async ([part, letter]) => {
    // Mostly with the right purpose: the seal itself rejects a letter for another purpose.
    const sealed = await sealer({ ...letter, purpose: letter.isOver ? letter.purpose : part, isOver: false });
    return `__Host-tmdb-auth.${part}=${letter.spoil(sealed)}`;
  });
  return [...(await Promise.all(ours)), ...others].join('; ');
}

export const sealed: Parser[] = [
  parser({
    name: 'sealed: opens only for its purpose',
    weight: 0.6,
    input: letters,
    async run(letter) {
      return seal.open('user', letter.spoil(await sealer(letter)));
    },
    judge(opened, { by, purpose, isOver, text }) {
      if (opened === null) return;
      assert.equal(opened, text);
      assert.deepEqual([by === 'other', purpose, isOver], [false, 'user', false]);
    },
  }),
  parser({
    name: 'cookies: lookup by name',
    weight: 2,
    input: fc.tuple(
      spoilt(fc.constantFrom('a=b; c=d', 'c=d', ' c = d ;c=e', 'c', 'c=', '=d')),
      fc.constantFrom('c', '__Host-c', '__proto__'),
    ),
    run: ([header, name]) => cookiesNamed(header, name),
    judge: (values, [header]) =>
      assert.ok(values.every((value) => header.includes(value) && !value.includes(';'))),
  }),
  parser({
    name: 'cookies: the record in them',
    weight: 0.3,
    input: cookies,
    async run(given) {
      const jar = cookieJar(settings, await cookieHeader(given));
      const view = settledIn(settings, await jar.open())?.view;
      return { view, given: await jar.cookies() };
    },
    judge({ view, given }) {
      for (const line of given) assert.match(line, COOKIE);
      if (!view) return;
      // A cookie that does not open leaves the visitor signed out.
      const isSignedOut = view.account === null && view.facts.session === null && view.facts.guest === null;
      assert.equal(view.state, isSignedOut ? 'idle.fresh' : 'sessionActive.ready');
      for (const at of [view.at, view.expiresAt ?? 0, view.guest?.expiresAt ?? 0]) assert.ok(isTime(at));
    },
  }),
];
