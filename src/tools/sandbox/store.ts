import { type Clock, HOUR, MINUTE, SECOND, wholeSecond } from './clock.ts';
import { createLists } from './media.list.ts';
import { QUIRKS, type SandboxQuirks } from './quirks.ts';
import { type Account, emptyShelf, type Rated, ratingsAt, type Shelf } from './records.ts';
import { makeRequestToken, makeUserToken, randomHex } from './secrets.ts';
import { emptyTables, type Tables } from './tables.ts';
import type { ApiVersion, SandboxV4Options, TokenState } from './types.ts';

/** A v3 request token expires after 60 min if unused (TMDB: "How do I generate a session id"). */
const REQUEST_TOKEN_LIFETIME = 60 * MINUTE;
/** A v4 request token expires after 15 min (TMDB: "User Authorization", v4). */
const V4_REQUEST_TOKEN_LIFETIME = 15 * MINUTE;
/** A guest session without a rating is deleted after 60 min (TMDB: guest_session/new). */
const GUEST_UNUSED_LIFETIME = 60 * MINUTE;
/** `expires_at` of a guest session is about 24 h ahead (recorded). */
const GUEST_LIFETIME = 24 * HOUR;

export interface RequestToken {
  readonly id: string;
  readonly version: ApiVersion;
  state: TokenState;
  user: Account | null;
  /** Approved by `validate_with_login`. */
  byPassword?: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A v4 request token; its id is the JWT. */
export interface V4RequestToken extends RequestToken {
  readonly version: 4;
  /** The access token gets the same number. */
  readonly jti: number;
  /** From the app's request for the token. */
  readonly redirectTo: string | null;
}

/** A v4 user access token. Ended tokens are kept, so that the log can still name their kind. */
export interface UserToken {
  readonly user: Account;
  readonly createdAt: number;
  isAlive: boolean;
}

/** The account that a Bearer token stands for: the key's owner for the read token, else the token's user. */
export interface Bearer {
  readonly kind: 'app' | 'user';
  readonly account: Account;
}

export interface GuestSession {
  readonly id: string;
  used: boolean;
  readonly shelf: Shelf;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface UserSession {
  readonly user: Account;
  readonly createdAt: number;
  /** The v4 access token it was converted from. */
  readonly convertedFrom: string | null;
}

export interface Credentials {
  apiKey: string;
  accessToken: string;
}

/** All data of this TMDB. No timers: expiry is checked on access. */
export type Store = ReturnType<typeof createStore>;

export function createStore(
  clock: Clock,
  credentials: Credentials,
  users: readonly Account[],
  owner: Account,
  v4: SandboxV4Options = {},
  quirks: Required<SandboxQuirks> = { ...QUIRKS },
  tables: Tables = emptyTables(),
) {
  const { tokens, userTokens, sessions, guests } = tables;

  function stateOf(token: RequestToken): TokenState {
    const open = token.state === 'pending' || token.state === 'approved';
    return open && clock.now() >= token.expiresAt ? 'expired' : token.state;
  }

  function openToken(id: string): RequestToken | V4RequestToken | undefined {
    const token = tokens.get(id);
    const state = token && stateOf(token);
    return state === 'pending' || state === 'approved' ? token : undefined;
  }

  /** Without a lag all ratings count, even future ones after the clock was set back. */
  function shownAfter(shelf: Shelf, lag: number): Map<string, Rated> {
    return lag > 0 ? ratingsAt(shelf, clock.now() - lag) : shelf.ratings;
  }

  function isAlive(guest: GuestSession): boolean {
    const unusedUntil = guest.used ? Number.POSITIVE_INFINITY : guest.createdAt + GUEST_UNUSED_LIFETIME;
    return clock.now() < Math.min(unusedUntil, guest.expiresAt);
  }

  return {
    clock,
    credentials,
    /** Behaviour of v4 that TMDB does not document. */
    v4,
    quirks,
    users,
    owner,
    ...createLists(clock, tables),

    /** The ratings that rated lists show now. */
    listedRatings: (shelf: Shelf): Map<string, Rated> => shownAfter(shelf, quirks.ratedListsLag),

    /** The ratings that `account_states` shows now. */
    statedRatings: (shelf: Shelf): Map<string, Rated> => shownAfter(shelf, quirks.accountStatesLag),

    user: (username?: string): Account | undefined =>
      username === undefined ? users[0] : users.find((user) => user.username === username),

    newToken(): RequestToken {
      const createdAt = clock.now();
      const expiresAt = wholeSecond(createdAt + REQUEST_TOKEN_LIFETIME);
      const id = randomHex(40);
      const token: RequestToken = { id, version: 3, state: 'pending', user: null, createdAt, expiresAt };
      tokens.set(id, token);
      return token;
    },

    newV4Token(redirectTo: string | null): V4RequestToken {
      const createdAt = clock.now();
      const expiresAt = wholeSecond(createdAt + V4_REQUEST_TOKEN_LIFETIME);
      const jti = ++tables.lastTokenNumber;
      const claims = { jti, exp: expiresAt / SECOND, redirect_to: redirectTo };
      const id = makeRequestToken(claims, credentials.apiKey, createdAt);
      const times = { createdAt, expiresAt };
      const token: V4RequestToken = {
        id,
        version: 4,
        state: 'pending',
        user: null,
        jti,
        redirectTo,
        ...times,
      };
      tokens.set(id, token);
      return token;
    },

    /** A token in state `pending` or `approved`, which can be approved, denied or exchanged. */
    openToken,

    /** Undefined for tokens of v4: neither version accepts the other's tokens. */
    openV3Token(id: string): RequestToken | undefined {
      const token = openToken(id);
      return token?.version === 3 ? token : undefined;
    },

    openV4Token(id: string): V4RequestToken | undefined {
      const token = openToken(id);
      return token && 'jti' in token ? token : undefined;
    },

    tokenState(id: string, version: ApiVersion): TokenState | undefined {
      const token = tokens.get(id);
      return token?.version === version ? stateOf(token) : undefined;
    },

    allTokens: () =>
      [...tokens.values()].map((token) => ({
        version: token.version,
        state: stateOf(token),
        createdAt: token.createdAt,
      })),

    /** Creates the access token for a v4 request token. */
    newUserToken(user: Account, jti: number): string {
      const createdAt = clock.now();
      const id = makeUserToken({ jti, sub: user.object_id }, credentials.apiKey, createdAt);
      userTokens.set(id, { user, createdAt, isAlive: true });
      return id;
    },

    /** A user access token that has not ended. */
    userToken(id: string): UserToken | undefined {
      const token = userTokens.get(id);
      return token?.isAlive ? token : undefined;
    },

    /** False for an unknown or ended token. `withSessions`: also ends the sessions converted from it. */
    deleteUserToken(id: string, withSessions: boolean): boolean {
      const token = userTokens.get(id);
      if (!token?.isAlive) return false;
      token.isAlive = false;
      for (const [sessionId, { convertedFrom }] of sessions) {
        if (withSessions && convertedFrom === id) sessions.delete(sessionId);
      }
      return true;
    },

    allUserTokens: (): UserToken[] => [...userTokens.values()].filter((token) => token.isAlive),

    /** The account of a Bearer token; undefined if it is unknown or has ended. */
    bearer(token: string): Bearer | undefined {
      if (token === credentials.accessToken) return { kind: 'app', account: owner };
      const known = userTokens.get(token);
      return known?.isAlive ? { kind: 'user', account: known.user } : undefined;
    },

    /** The kind of a Bearer token, even after its end; null if it was never issued. */
    bearerKind(token: string): Bearer['kind'] | null {
      if (token === credentials.accessToken) return 'app';
      return userTokens.has(token) ? 'user' : null;
    },

    newSession(user: Account, convertedFrom: string | null = null): string {
      const id = randomHex(40);
      sessions.set(id, { user, createdAt: clock.now(), convertedFrom });
      return id;
    },

    session: (id: string): UserSession | undefined => sessions.get(id),
    deleteSession: (id: string): boolean => sessions.delete(id),
    allSessions: (): UserSession[] => [...sessions.values()],

    /** Ends the sessions and access tokens of one user, or of all. Returns their number. */
    revoke(username?: string): number {
      const isTheirs = ({ user }: { user: Account }) => username === undefined || user.username === username;
      const ended = [...sessions].filter(([, session]) => isTheirs(session));
      for (const [id] of ended) sessions.delete(id);
      const endedTokens = [...userTokens.values()].filter((token) => token.isAlive && isTheirs(token));
      for (const token of endedTokens) token.isAlive = false;
      return ended.length + endedTokens.length;
    },

    newGuest(): GuestSession {
      const createdAt = clock.now();
      const expiresAt = wholeSecond(createdAt + GUEST_LIFETIME);
      const guest: GuestSession = {
        id: randomHex(32),
        used: false,
        shelf: emptyShelf(),
        createdAt,
        expiresAt,
      };
      guests.set(guest.id, guest);
      return guest;
    },

    guest(id: string): GuestSession | undefined {
      const guest = guests.get(id);
      return guest && isAlive(guest) ? guest : undefined;
    },

    allGuests: (): GuestSession[] => [...guests.values()].filter(isAlive),
  };
}
