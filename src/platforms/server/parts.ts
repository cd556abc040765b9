import { type Account, guestEnd } from '../../../machines/index.ts';
import { EMPTY_RECORD, type SessionRecord, writtenOver } from '../../record/session-record.ts';

/** The parts of a record. Each has its own end, and so its own cookie. */
export const PARTS = ['pending', 'user', 'guest'] as const;
export type Part = (typeof PARTS)[number];

/** The part of each fact. A claim has none: in a cookie it would not reach another instance in time. */
const PART_OF_FACT: Record<Exclude<keyof SessionRecord['facts'], 'exchanging'>, Part> = {
  token: 'pending',
  access: 'user',
  session: 'user',
  account: 'user',
  guest: 'guest',
};
const PART_OF_SECRET: Record<keyof SessionRecord['secrets'], Part> = {
  requestToken: 'pending',
  redirectTo: 'pending',
  accessToken: 'user',
  sessionId: 'user',
  guestId: 'guest',
};
const namesIn = <Name extends string>(part: Part, partOf: Record<Name, Part>) =>
  (Object.keys(partOf) as Name[]).filter((name) => partOf[name] === part);

type Parts<Value> = Record<Part, Value | null>;
export const NO_PARTS: Parts<string> = { pending: null, user: null, guest: null };

/** Parts are kept a day past their end, in ms, so that the machine can report that they expired. */
const KEPT_AFTER_END = 24 * 60 * 60_000;
/** How long an access token without a session is kept, in ms. */
const INCOMPLETE_KEPT = 60 * 60_000;

/** The text of each part. `before`: the text that each part was read from. */
export function split(given: SessionRecord, before: Parts<string> = NO_PARTS): Parts<string> {
  const { account } = given.facts;
  const record = { ...given, facts: { ...given.facts, account: account && fitting(account) } };
  const parts = { ...NO_PARTS };
  for (const part of PARTS) {
    const facts = namesIn(part, PART_OF_FACT);
    const secrets = namesIn(part, PART_OF_SECRET);
    if (facts.some((name) => record.facts[name] !== null)) {
      parts[part] = writtenOver(before[part], {
        facts: pick(record.facts, facts),
        secrets: pick(record.secrets, secrets),
      });
    }
  }
  return parts;
}

/** Maximum length of user-chosen fields, in characters: a cookie holds 4 kB. */
const LONGEST_NAME = 100;

function fitting(account: Account): Account {
  const cut = (name: string) => {
    const characters = [...name];
    return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`;
  };
  const unless = (text: string | null) => (text !== null && text.length > LONGEST_NAME ? null : text);
  return {
    ...account,
    username: cut(account.username),
    name: cut(account.name),
    avatarPath: unless(account.avatarPath),
    gravatarHash: unless(account.gravatarHash),
  };
}

/** The text of the record, or null if there are no parts. The caller checks it. */
export function join(parts: Parts<string>): string | null {
  const present = PARTS.flatMap((part) => partIn(parts[part]) ?? []);
  if (present.length === 0) return null;
  return JSON.stringify({
    v: 1,
    facts: Object.assign({ ...EMPTY_RECORD.facts }, ...present.map(({ facts }) => facts)),
    secrets: Object.assign({ ...EMPTY_RECORD.secrets }, ...present.map(({ secrets }) => secrets)),
  });
}

/** When the cookie of that part ends, epoch ms. */
export function endOf(part: Part, { facts }: SessionRecord, now: number): number {
  const { token, session, guest } = facts;
  if (part === 'pending') return (token?.expiresAt ?? now) + KEPT_AFTER_END;
  if (part === 'guest') return (guest ? guestEnd(guest) : now) + KEPT_AFTER_END;
  return session ? (session.expiresAt ?? now) + KEPT_AFTER_END : now + INCOMPLETE_KEPT;
}

/** When a record with all its parts ends, epoch ms. */
export function endOfRecord(record: SessionRecord, now: number): number {
  const parts = split(record);
  return Math.max(now, ...PARTS.filter((part) => parts[part]).map((part) => endOf(part, record, now)));
}

const pick = <Whole extends object, Name extends keyof Whole>(whole: Whole, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, whole[name]]));

function partIn(text: string | null): Pick<SessionRecord, 'facts' | 'secrets'> | null {
  try {
    const part: unknown = text === null ? null : JSON.parse(text);
    return typeof part === 'object' && part !== null && 'facts' in part && 'secrets' in part
      ? (part as Pick<SessionRecord, 'facts' | 'secrets'>)
      : null;
  } catch {
    return null;
  }
}
