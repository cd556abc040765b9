import { type Clock, HOUR, MINUTE, wholeSecond } from './clock.ts';
import { type Account, emptyShelf, type MovieList, type Shelf } from './records.ts';
import { randomHex } from './secrets.ts';
import type { TokenState } from './types.ts';

/** A v3 request token lives 60 min if unused (TMDB: "How do I generate a session id"). */
const REQUEST_TOKEN_LIFETIME = 60 * MINUTE;
/** A guest session that is not used within 60 min of being issued is deleted (TMDB: guest_session/new). */
const GUEST_UNUSED_LIFETIME = 60 * MINUTE;
/** `expires_at` of a guest session is about 24 h ahead (recorded). */
const GUEST_LIFETIME = 24 * HOUR;

export interface RequestToken {
  readonly id: string;
  state: TokenState;
  user: Account | null;
  readonly createdAt: number;
  readonly expiresAt: number;
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
}

export interface Credentials {
  apiKey: string;
  accessToken: string;
}

/** Everything this TMDB knows. Nothing expires by a timer: what is too old is found out when it is asked for. */
export type Store = ReturnType<typeof createStore>;

export function createStore(
  clock: Clock,
  credentials: Credentials,
  users: readonly Account[],
  owner: Account,
) {
  const tokens = new Map<string, RequestToken>();
  const sessions = new Map<string, UserSession>();
  const guests = new Map<string, GuestSession>();
  const lists = new Map<number, MovieList>();
  let lastListId = 5860;

  function stateOf(token: RequestToken): TokenState {
    const open = token.state === 'pending' || token.state === 'approved';
    return open && clock.now() >= token.expiresAt ? 'expired' : token.state;
  }

  function isAlive(guest: GuestSession): boolean {
    const unusedUntil = guest.used ? Number.POSITIVE_INFINITY : guest.createdAt + GUEST_UNUSED_LIFETIME;
    return clock.now() < Math.min(unusedUntil, guest.expiresAt);
  }

  return {
    clock,
    credentials,
    users,
    owner,
    lists,
    /** Never given out twice, even after a list is deleted. */
    newListId: () => ++lastListId,

    user: (username?: string): Account | undefined =>
      username === undefined ? users[0] : users.find((user) => user.username === username),

    newToken(): RequestToken {
      const createdAt = clock.now();
      const expiresAt = wholeSecond(createdAt + REQUEST_TOKEN_LIFETIME);
      const token: RequestToken = { id: randomHex(40), state: 'pending', user: null, createdAt, expiresAt };
      tokens.set(token.id, token);
      return token;
    },

    /** A token that can still be approved, denied or exchanged; its state is `pending` or `approved`. */
    openToken(id: string): RequestToken | undefined {
      const token = tokens.get(id);
      const state = token && stateOf(token);
      return state === 'pending' || state === 'approved' ? token : undefined;
    },

    tokenState(id: string): TokenState | undefined {
      const token = tokens.get(id);
      return token && stateOf(token);
    },

    allTokens: () =>
      [...tokens.values()].map((token) => ({ state: stateOf(token), createdAt: token.createdAt })),

    newSession(user: Account): string {
      const id = randomHex(40);
      sessions.set(id, { user, createdAt: clock.now() });
      return id;
    },

    session: (id: string): UserSession | undefined => sessions.get(id),
    deleteSession: (id: string): boolean => sessions.delete(id),
    allSessions: (): UserSession[] => [...sessions.values()],

    /** Ends the sessions of one user, or of all. Returns how many. */
    revoke(username?: string): number {
      const ended = [...sessions].filter(
        ([, { user }]) => username === undefined || user.username === username,
      );
      for (const [id] of ended) sessions.delete(id);
      return ended.length;
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
