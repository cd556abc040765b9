import { MAX_TRIES, NOTHING } from '../../machines/index.ts';
import { records } from './facts.ts';
import { type Step, same } from './invariants.ts';
import { invokesOf, keyOf, type State, sent } from './world.ts';

/** The meaning of a transition for the rules below, as bits: computed once, counted in every life. */
const TOKEN = 1;
const GRANTED = 2;
const PASSWORD = 4;
const SUBMITTED = 8;
const LOGOUT = 16;
const BEGINS = 32;
const KNOWS = 64;
const ASKS_GUEST = 128;
const GUEST = 256;
const ACTED = 512;
const ADOPTS = 1_024;
const ADOPTED = 2_048;

export interface Marks {
  bits: number;
  /** The step that sends a request from this transition on, by number, or -1. */
  asks: number;
}

const askers: string[] = [];
const askerOf = (state: State): number => {
  const [invoke] = invokesOf(state);
  if (!invoke) return -1;
  if (!askers.includes(invoke.id)) askers.push(invoke.id);
  return askers.indexOf(invoke.id);
};
const fromCallers = new Set(sent.map(({ type }) => type));

export function marksOf({ before, event, after }: Step): Marks {
  const [was, is] = [before.context.facts, after.context.facts];
  const changed = keyOf(before) !== keyOf(after);
  const { type } = event;
  const isRecord = records.includes(event.output as never);
  const isAnswer = type.startsWith('xstate.done.actor.');
  const bits: [number, boolean][] = [
    [TOKEN, changed && (isRecord ? !!(is.token ?? is.access) : isAnswer && !was.token && !!is.token)],
    [GRANTED, isAnswer && !isRecord && !was.session && !!is.session && !before.matches('adoptionRequested')],
    [PASSWORD, changed && type === 'login.password'],
    [SUBMITTED, after.matches('loginSubmitted') && !before.matches('loginSubmitted')],
    [LOGOUT, changed && type === 'logout'],
    [BEGINS, isRecord || /\.(start|password|adopt)$/.test(type)],
    [KNOWS, !same(is, NOTHING)],
    [ASKS_GUEST, changed && (type === 'guest.start' || type === 'retry')],
    [GUEST, isAnswer && !isRecord && !was.guest && !!is.guest],
    [ADOPTS, changed && type === 'session.adopt'],
    [ADOPTED, isAnswer && before.matches('adoptionRequested') && !!is.session],
    [ACTED, changed && fromCallers.has(type)],
  ];
  return {
    bits: bits.reduce((sum, [bit, holds]) => sum | (holds ? bit : 0), 0),
    asks: changed && askerOf(after) !== askerOf(before) ? askerOf(after) : -1,
  };
}

/** Rules that no single transition can break. They need counts since the life began. */
export const LIFE_RULES = [
  'no more sessions are made than tokens were received',
  'a password is sent at most once for each time it is entered',
  'facts that a logout wiped stay wiped until the next start',
  'no more guest sessions are made than were requested',
  'a session is adopted at most once for each time it is handed over',
  `no step sends more than ${MAX_TRIES} requests without an action of the user`,
] as const;

/** The counts of one life. `hear` returns the first rule that this transition breaks, or null. */
export class Life {
  private tokens = 0;
  private sessions = 0;
  private passwords = 0;
  private guests = 0;
  private adoptions = 0;
  private isWiped = false;
  private readonly asked = new Uint8Array(16);

  begin(): void {
    this.tokens = 0;
    this.sessions = 0;
    this.passwords = 0;
    this.guests = 0;
    this.adoptions = 0;
    this.isWiped = false;
    this.asked.fill(0);
  }

  hear({ bits, asks }: Marks): (typeof LIFE_RULES)[number] | null {
    if (bits & ACTED) this.asked.fill(0);
    if (bits & TOKEN) this.tokens += 1;
    if (bits & GRANTED) this.sessions += 1;
    if (bits & PASSWORD) this.passwords += 1;
    if (bits & SUBMITTED) this.passwords -= 1;
    if (bits & ASKS_GUEST) this.guests += 1;
    if (bits & GUEST) this.guests -= 1;
    if (bits & ADOPTS) this.adoptions += 1;
    if (bits & ADOPTED) this.adoptions -= 1;
    if (bits & BEGINS) this.isWiped = false;
    if (bits & LOGOUT) this.isWiped = true;
    if (this.sessions > this.tokens) return LIFE_RULES[0];
    if (this.passwords < 0) return LIFE_RULES[1];
    if (this.isWiped && bits & KNOWS) return LIFE_RULES[2];
    if (this.guests < 0) return LIFE_RULES[3];
    if (this.adoptions < 0) return LIFE_RULES[4];
    if (asks >= 0) {
      const times = (this.asked[asks] ?? 0) + 1;
      this.asked[asks] = times;
      // Polling is repeated for as long as the token lives.
      if (times > MAX_TRIES && !askers[asks]?.includes('checking')) return LIFE_RULES[5];
    }
    return null;
  }
}
