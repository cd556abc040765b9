import { FIRST, type Id, stageOf } from './machine.ts';
import { recOf, withOwner } from './records.ts';

export type Name = 'A' | 'B';
export type Token = 'none' | 'open' | 'approved' | 'denied' | 'used';

/** A request for a session: sent; received by TMDB, which made the session; or answered too late, and kept. */
export interface Flight {
  token: Id;
  at: 'sent' | 'made' | 'back';
  /** Actors that were left while they waited for it: `a` for a poll, `e` for an exchange. */
  left: string;
}

/** The progress of the actor in the present state. */
export interface Doing {
  src: string;
  phase: 'start' | 'claim' | 'pause' | 'fly' | 'look';
  session: Id;
}

export interface Client {
  at: number;
  /** The contents of the vault. */
  token: Id;
  session: Id;
  guest: Id;
  /** The record this client last agreed with, and the record it wants, by number. */
  base: number;
  ours: number;
  /** An incomplete session was written and is not announced yet. */
  isUntold: boolean;
  /** A message to this client is under way. */
  hears: boolean;
  /** A message arrived during a step, and only the changes that matter there were read. */
  hasMissed: boolean;
  /** A message to this client was lost, and it has not read the record since. */
  isUnaware: boolean;
  doing: Doing | null;
  /** Jobs in the queue: `save`, `saving`, `look:<what>`, `claim`, … */
  queue: string[];
  flights: Flight[];
  late: Id[];
  made: Id[];
  uncertain: Id;
  /** Sessions that are being deleted in the background. */
  undoing: Id[];
}

export interface World {
  A: Client;
  B: Client;
  rec: number;
  /** The claim in the record is too old to be respected. */
  isOld: boolean;
  tokens: [Token, Token];
  isExpired: [boolean, boolean];
  alive: [boolean, boolean];
  /** A client was interrupted or an answer was lost: this session may be an orphan. */
  excused: [boolean, boolean];
  /** A user cancelled this sign-in, logged out of it, or denied it. */
  ended: [boolean, boolean];
  guests: number;
  /** A client that knew of the guest was logged out, or a user has signed in meanwhile. */
  isGuestDropped: boolean;
  /** The number of the guest who has rated: TMDB keeps it for a day. */
  rated: number;
  /** How many exchanges of each token have begun since the last attempt of a user, up to a bound. */
  sent: [number, number];
  /** The user has returned with the approval of this token. */
  cameBack: [boolean, boolean];
  /** This token was removed from the record. */
  isRemoved: [boolean, boolean];
  /** Two requests for one token may run at once, as one took longer than a claim lasts. */
  isSlow: boolean;
  left: Bounds;
  broken: Broken | '';
}

/** The rules that a move checks itself. */
export type Broken =
  | 'a written record has the secrets of its facts'
  | 'a token that was removed from the record does not come back'
  | 'no client exchanges a token whose owner gave up the claim'
  | 'with locks no client overwrites a record it has not read';

/** How much may happen. */
export interface Bounds {
  signIns: number;
  guests: number;
  /** Ratings of a guest. */
  ratings: number;
  /** Clients that die and start again on the same storage. */
  restarts: number;
  /** Failed requests, lost answers and timeouts. */
  troubles: number;
  /** Lost messages. */
  losses: number;
  expiries: number;
  /** Polls before the user has returned. */
  checks: number;
  /** Adoptions of the one session that the app has stored. */
  adoptions: number;
  /** Cancels and logouts. */
  ends: number;
  retries: number;
}

export const newClient = (): Client => ({
  at: FIRST,
  token: 0,
  session: 0,
  guest: 0,
  base: 0,
  ours: 0,
  isUntold: false,
  hears: false,
  hasMissed: false,
  isUnaware: false,
  doing: { src: 'restore', phase: 'start', session: 0 },
  queue: ['restore'],
  flights: [],
  late: [],
  made: [],
  uncertain: 0,
  undoing: [],
});

export const newWorld = (left: Bounds): World => ({
  A: newClient(),
  B: newClient(),
  rec: 0,
  isOld: false,
  tokens: ['none', 'none'],
  isExpired: [false, false],
  alive: [false, left.adoptions > 0],
  // The app has stored it, so no client needs to have it.
  excused: [false, left.adoptions > 0],
  ended: [false, false],
  guests: 0,
  isGuestDropped: false,
  rated: 0,
  sent: [0, 0],
  cameBack: [false, false],
  isRemoved: [false, false],
  isSlow: false,
  left,
  broken: '',
});

export const copyOf = (client: Client): Client => ({
  ...client,
  doing: client.doing && { ...client.doing },
  queue: [...client.queue],
  flights: client.flights.map((flight) => ({ ...flight })),
  late: [...client.late],
  made: [...client.made],
  undoing: [...client.undoing],
});
/** A copy of the world that a move may change. A move copies the clients it changes. */
export const fork = (world: World): World => ({
  ...world,
  tokens: [...world.tokens],
  isExpired: [...world.isExpired],
  alive: [...world.alive],
  excused: [...world.excused],
  ended: [...world.ended],
  sent: [...world.sent],
  cameBack: [...world.cameBack],
  isRemoved: [...world.isRemoved],
  left: { ...world.left },
});

export const other = (name: Name): Name => (name === 'A' ? 'B' : 'A');
export const stage = (client: Client) => stageOf(client.at);

const swapped = { A: 'B', B: 'A' } as const;
const swappedRec = (number: number): number => {
  const { claim } = recOf(number);
  return claim === 'A' || claim === 'B' ? withOwner(number, swapped[claim]) : number;
};
const flip = (is: boolean) => (is ? 1 : 0);

const keyWith = (client: Client, base: number, ours: number): number => {
  const { at, token, session, guest, queue, doing, flights, late, made } = client;
  const how = `${flip(client.isUntold)}${flip(client.hears)}${flip(client.hasMissed)}${flip(client.isUnaware)}`;
  const step = doing ? `${doing.src}.${doing.phase}${doing.session}` : '';
  const secrets = `${token}${session}${guest}${client.uncertain}`;
  const past = `${flights.map((flight) => flight.token + flight.at + flight.left)}|${late}|${made}|${client.undoing}`;
  return numbered(`${at}|${secrets}|${base}|${ours}|${how}|${step}|${queue}|${past}`);
};
const known = new Map<string, number>();
/** There are few different clients and many worlds, so the key of a world is made of numbers. */
const numbered = (key: string): number => {
  let number = known.get(key);
  if (number === undefined) {
    number = known.size;
    known.set(key, number);
  }
  return number;
};
/** The key of a client, and that of its mirror image. Clients do not change after their move. */
const keys = new WeakMap<Client, readonly [number, number]>();
const keysOf = (client: Client) => {
  const made = keys.get(client);
  if (made) return made;
  const base = swappedRec(client.base);
  const ours = swappedRec(client.ours);
  const straight = keyWith(client, client.base, client.ours);
  const isItsOwn = base === client.base && ours === client.ours;
  const both = [straight, isItsOwn ? straight : keyWith(client, base, ours)] as const;
  keys.set(client, both);
  return both;
};

const bitsOf = (flags: boolean[]) => flags.reduce((bits, is) => 2 * bits + flip(is), 1);

/** One key for a world and its mirror image, as it makes no difference which client is called A. */
export function keyOfWorld(world: World): string {
  const { rec, tokens, guests, rated, left, broken, sent, isOld, isSlow, isGuestDropped } = world;
  const { isExpired, alive, excused, ended, cameBack, isRemoved } = world;
  const [A, mirroredA] = keysOf(world.A);
  const [B, mirroredB] = keysOf(world.B);
  const past = [...isExpired, ...alive, ...excused, ...ended, ...cameBack, ...isRemoved];
  const bits = bitsOf([isOld, isSlow, isGuestDropped, ...past]);
  const mirrored = swappedRec(rec);
  const isStraight =
    A < mirroredB || (A === mirroredB && (B < mirroredA || (B === mirroredA && rec <= mirrored)));
  const clients = isStraight ? `${A}.${B}.${rec}` : `${mirroredB}.${mirroredA}.${mirrored}`;
  return `${clients}.${bits}${tokens}${sent}${guests}${rated}${keyOfLeft(left)}${broken}`;
}
const keyOfLeft = (left: Bounds) => {
  const { signIns, ratings, restarts, troubles, losses, expiries, checks, ends, retries, adoptions } = left;
  return `${signIns}${left.guests}${ratings}${restarts}${troubles}${losses}${expiries}${checks}${ends}${retries}${adoptions}`;
};

/** Adds a move: one that happens by itself (`isOwn`), or one of a user or a fault. */
export type Add = (name: string, isOwn: boolean, act: (next: World) => void) => void;

/** Two tries for each of two clients. */
export const MOST_SENT = 4;
export const IDS = [1, 2] as const;
/** Attempts that are queued and have not begun. */
export const ATTEMPTS = ['login', 'guest', 'handover', 'stopped'];
/** The session that the app has stored. No token has number 2 in the worlds with adoptions. */
export const KEPT = 2;
export const isWaiting = (client: Client) => stage(client).path.startsWith('awaitingApproval');
