import type { Fault } from '../fault.types.ts';
import type { SandboxQuirks } from '../quirks.ts';

/** Validation of a field in a request body. */
interface Rule {
  is(value: unknown): boolean;
  /** Completes "must be …". */
  says: string;
  isRequired?: true;
}

export type Shape = Readonly<Record<string, Rule>>;

const text: Rule = { is: (value) => typeof value === 'string', says: 'a string' };
const headerText: Rule = {
  is: (value) => typeof value === 'string' && /^[ -~]*$/.test(value),
  says: 'a string of ASCII',
};
const name: Rule = {
  is: (value) => typeof value === 'string' && value !== '',
  says: 'a string that is not empty',
};
const flag: Rule = { is: (value) => typeof value === 'boolean', says: 'true or false' };
const json: Rule = { is: () => true, says: 'JSON' };
const between = (least: number, most: number): Rule => ({
  is: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  says: `a whole number from ${least} to ${most}`,
});
const oneOf = (...values: readonly unknown[]): Rule => ({
  is: (value) => values.includes(value),
  says: values.map((value) => JSON.stringify(value)).join(' or '),
});
const either = (...rules: readonly Rule[]): Rule => ({
  is: (value) => rules.some((rule) => rule.is(value)),
  says: rules.map(({ says }) => says).join(' or '),
});
const required = (rule: Rule): Rule => ({ ...rule, isRequired: true });

const nothing = oneOf(null);
const count = between(0, Number.MAX_SAFE_INTEGER);
/** The statuses that a `Response` accepts. */
const status = between(200, 599);
/** TMDB's dates have years of four digits. */
const LAST_MOMENT = Date.UTC(9000, 0);
const pattern: Rule = {
  is: (value) => typeof value === 'string' && isPattern(value),
  says: 'a regular expression',
};
const headers: Rule = { is: isHeaders, says: 'an object of header names and strings' };
const when = oneOf('before', 'after');

export const USERNAME: Shape = { username: name };
export const APPROVAL: Shape = { request_token: required(name), username: name };
export const DENIAL: Shape = { request_token: required(name) };
export const CLOCK: Shape = {
  now: between(0, LAST_MOMENT),
  advance: between(-LAST_MOMENT, LAST_MOMENT),
};

/** Whether the clock can be set to it. */
export const isMoment = (epochMs: number) => epochMs >= 0 && epochMs <= LAST_MOMENT;

export const USER: Shape = {
  username: required(name),
  password: text,
  id: between(1, 2 ** 31 - 1),
  object_id: { is: (value) => /^[0-9a-f]{24}$/.test(String(value)), says: '24 hex digits' },
  name: text,
  iso_639_1: text,
  iso_3166_1: text,
  include_adult: flag,
  avatar_path: either(text, nothing),
  standing: oneOf('active', 'disabled', 'unverified', 'suspended'),
};

const listOf = (rule: Rule): Rule => ({
  is: (value) => Array.isArray(value) && value.every(rule.is),
  says: `a list, each ${rule.says}`,
});
const guestList = oneOf(200, 404, 500);

export const QUIRKS: Record<keyof SandboxQuirks, Rule> = {
  listDeletionFails: flag,
  publicIsNumber: flag,
  textBooleans: flag,
  queryInBody: flag,
  cacheHeaders: flag,
  cachedErrors: flag,
  ratedListsLag: count,
  accountStatesLag: count,
  emptyGuestList: guestList,
  laggingGuestList: guestList,
  guestAccountStates: flag,
  passwordSessions: flag,
  spamWords: listOf(name),
  rowsWithoutRating: listOf(count),
};

const FAULTS: Record<Fault['kind'], Shape> = {
  latency: { ms: required(between(0, 2 ** 31 - 1)), when },
  hang: { when },
  dropBefore: {},
  dropAfter: {},
  rateLimited: { retryAfter: either(count, headerText, nothing), body: oneOf('json', 'html', 'none') },
  status: { status, code: count },
  html: { status },
  truncated: {},
  garbage: {},
  early17: {},
  revokeUser: { username: name },
  answer: { status, body: json, headers },
};
const KIND: Rule = required(oneOf(...Object.keys(FAULTS)));
/** Uses null for Infinity and a string for a RegExp, which JSON lacks. */
const SCOPE: Shape = { kind: KIND, match: text, pattern, times: either(count, nothing), after: count };

export const NOTHING: Shape = {};

/** The first error in a body; null if it is valid. */
export function wrongIn(body: Readonly<Record<string, unknown>>, shape: Shape): string | null {
  for (const [field, { is, says, isRequired }] of Object.entries(shape)) {
    const value = body[field];
    if (value === undefined ? isRequired : !is(value)) return `"${field}" must be ${says}.`;
  }
  const unknown = Object.keys(body).filter((field) => !Object.hasOwn(shape, field));
  if (unknown.length === 0) return null;
  const known = Object.keys(shape);
  return `"${unknown[0]}" is unknown. Allowed fields: ${known.length === 0 ? 'none' : known.join(', ')}.`;
}

/** The fault that a body describes, or an error message. */
export function faultOf(body: Readonly<Record<string, unknown>>): Fault | string {
  const { kind } = body;
  if (!KIND.is(kind)) return `"kind" must be ${KIND.says}.`;
  const wrong = wrongIn(body, { ...SCOPE, ...FAULTS[kind as Fault['kind']] });
  if (wrong) return wrong;
  const { pattern, times, ...fault } = body;
  return {
    ...(fault as unknown as Fault),
    ...(pattern !== undefined && { match: new RegExp(String(pattern)) }),
    ...(times !== undefined && { times: times === null ? Number.POSITIVE_INFINITY : Number(times) }),
  };
}

function isPattern(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}

function isHeaders(value: unknown): boolean {
  try {
    const entries = Object.entries(value as object);
    return entries.every(([, text]) => typeof text === 'string') && Boolean(new Headers(entries));
  } catch {
    return false;
  }
}
