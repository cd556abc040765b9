import type { Bounds } from './world.ts';

const NOTHING: Bounds = {
  signIns: 1,
  guests: 0,
  ratings: 0,
  restarts: 0,
  troubles: 0,
  losses: 0,
  expiries: 0,
  checks: 0,
  adoptions: 0,
  ends: 0,
  retries: 0,
};

/**
 * How much may happen in each walk. With everything at once a walk would not end, so each has one subject, with both
 * clients free to start, approve, deny and return at any time. In all of them the storage has `exclusively`, tokens
 * are approved on TMDB’s page in v3, and a step has two tries instead of four.
 */
export const WORLDS: Record<string, Bounds> = {
  'a sign-in, and a cancel or a logout': { ...NOTHING, ends: 1 },
  'two sign-ins': { ...NOTHING, signIns: 2 },
  'a sign-in and a guest': { ...NOTHING, guests: 1 },
  'a guest who rates, and a logout': { ...NOTHING, signIns: 0, guests: 1, ratings: 1, ends: 1 },
  'a sign-in, asked about without a return': { ...NOTHING, checks: 1 },
  'a sign-in, and a client that dies': { ...NOTHING, restarts: 1 },
  'an adoption by both': { ...NOTHING, signIns: 0, adoptions: 2 },
  'an adoption and a guest': { ...NOTHING, signIns: 0, guests: 1, adoptions: 1 },
  'an adoption, and a cancel or a logout': { ...NOTHING, signIns: 0, adoptions: 1, ends: 1 },
  'a sign-in and an adoption': { ...NOTHING, adoptions: 1 },
  'a sign-in, a message that gets lost, a token that expires': { ...NOTHING, losses: 1, expiries: 1 },
};

/** Walks with more at once, which take minutes. */
export const LARGE_WORLDS: Record<string, Bounds> = {
  'a sign-in, asked about, and a cancel or a logout': { ...NOTHING, checks: 1, ends: 1 },
  'a sign-in, and one trouble: a lost answer, a request that fails, a wait that is too long': {
    ...NOTHING,
    troubles: 1,
    retries: 1,
  },
  'two sign-ins, and a cancel or a logout': { ...NOTHING, signIns: 2, ends: 1 },
};
