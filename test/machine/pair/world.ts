import { FIRST, type Id, stageOf } from './machine.ts';
import { recOf, withOwner } from './records.ts';

export type Name = 'A' | 'B';
export type Token = 'none' | 'open' | 'approved' | 'denied' | 'used';

/** A request for a session: sent; heard by TMDB, which made it; or back, and kept as it was late. */
export interface Flight {
  token: Id;
  at: 'sent' | 'made' | 'back';
  /** Actors that were left and still wait for it: `a` asked whether the token was approved, `e` exchanged it. */
  left: string;
}

/** How far the actor of the present state has come. */
export interface Doing {
  src: string;
  phase: 'start' | 'claim' | 'pause' | 'fly' | 'look';
  session: Id;
}

export interface Client {
  at: number;
  /** What the vault holds. */
  token: Id;
  session: Id;
  guest: Id;
  /** The record this client last agreed with, and the record as it would have it, by number. */
  base: number;
  ours: number;
  /** An incomplete session was written, and the other was not told. */
  isUntold: boolean;
  /** A message is on its way here. */
  hears: boolean;
  /** News came in the middle of something, and was looked at for what mattered there only. */
  hasMissed: boolean;
  /** A message to it got lost, and it has not looked at the record since. */
  isUnaware: boolean;
  doing: Doing | null;
  /** Jobs that wait for their turn: `save`, `saving`, `look:<what>`, `claim`, … */
  queue: string[];
  flights: Flight[];
  late: Id[];
  made: Id[];
  uncertain: Id;
  /** Sessions that are being deleted behind the scenes. */
  undoing: Id[];
}

export interface World {
  A: Client;
  B: Client;
  rec: number;
  /** The claim in the record is older than anybody waits for. */
  isOld: boolean;
  tokens: [Token, Token];
  isExpired: [boolean, boolean];
  alive: [boolean, boolean];
  /** Somebody was interrupted, or an answer got lost: this session may be nobody's. */
  excused: [boolean, boolean];
  /** Somebody cancelled this sign-in, logged out of it, or came back with a no. */
  ended: [boolean, boolean];
  guests: number;
  /** Somebody logged out who knew of the guest, or signed in meanwhile. */
  isGuestDropped: boolean;
  /** The guest of this number has rated: TMDB keeps it for a day. */
  rated: number;
  /** How many exchanges of each token were begun since somebody asked for one, as far as anybody counts. */
  sent: [number, number];
  /** Somebody came back with the approval of this token. */
  cameBack: [boolean, boolean];
  /** This token was in the record, and was ended. */
  isOver: [boolean, boolean];
  /** Two requests for one token may be under way at once, as one of them took longer than a claim lasts. */
  isSlow: boolean;
  left: Bounds;
  broken: Broken | '';
}

/** Rules that were broken by a move: a fact without its secret; a token that was ended, written again; … */
export type Broken =
  | 'what is written belongs together'
  | 'what is over stays over'
  | 'nobody exchanges for somebody who let go'
  | 'with turns nobody writes over what they have not read';

/** How much may happen. */
export interface Bounds {
  signIns: number;
  guests: number;
  /** A guest rates something. */
  ratings: number;
  /** A client dies and a new one begins on the same storage. */
  restarts: number;
  /** Requests that fail, answers that get lost, waits that are too long. */
  troubles: number;
  /** Messages that get lost. */
  losses: number;
  expiries: number;
  /** Questions whether a token was approved, without anybody having come back. */
  checks: number;
  /** Adoptions of the one session that the app has kept. */
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
  // The app kept it, so no client has to have it.
  excused: [false, left.adoptions > 0],
  ended: [false, false],
  guests: 0,
  isGuestDropped: false,
  rated: 0,
  sent: [0, 0],
  cameBack: [false, false],
  isOver: [false, false],
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
/** A world of its own, that a move may change; its clients are copied by whoever changes them. */
export const fork = (world: World): World => ({
  ...world,
  tokens: [...world.tokens],
  isExpired: [...world.isExpired],
  alive: [...world.alive],
  excused: [...world.excused],
  ended: [...world.ended],
  sent: [...world.sent],
  cameBack: [...world.cameBack],
  isOver: [...world.isOver],
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
/** A client has few keys and a world many: a world's is made of numbers. */
const numbered = (key: string): number => {
  let number = known.get(key);
  if (number === undefined) {
    number = known.size;
    known.set(key, number);
  }
  return number;
};
/** A client's key, and that of its mirror image. Clients do not change once a move is over. */
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

/** One key for a world and its mirror image: which of the two is called A makes no difference. */
export function keyOfWorld(world: World): string {
  const { rec, tokens, guests, rated, left, broken, sent, isOld, isSlow, isGuestDropped } = world;
  const { isExpired, alive, excused, ended, cameBack, isOver } = world;
  const [A, mirroredA] = keysOf(world.A);
  const [B, mirroredB] = keysOf(world.B);
  const past = [...isExpired, ...alive, ...excused, ...ended, ...cameBack, ...isOver];
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

/** Adds what may happen next: by itself (`isOwn`), or because somebody does something or something goes wrong. */
export type Add = (name: string, isOwn: boolean, act: (next: World) => void) => void;

/** Each of two clients may try twice. */
export const MOST_SENT = 4;
export const IDS = [1, 2] as const;
/** Sign-ins that were called for and have not begun. */
export const ATTEMPTS = ['login', 'guest', 'handover', 'stopped'];
/** The session that the app has kept: no token here is number 2 where there is one. */
export const KEPT = 2;
export const isWaiting = (client: Client) => stage(client).path.startsWith('awaitingApproval');
