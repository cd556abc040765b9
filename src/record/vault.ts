import { throwIfAborted } from '../lib/abort.ts';

/** Everything that must never be shown. The machine holds none of it. */
export interface Secrets {
  requestToken: string;
  /** Not secret by itself, but an app's own address may be. */
  redirectTo: string;
  /** v4: the user's own access token. */
  accessToken: string;
  sessionId: string;
  guestId: string;
  login: { username: string; password: string };
  /** A session handed over by the app, until TMDB has named its account. */
  adoption: Adoption;
}

/** A session's id, or a v4 access token of the user, not yet confirmed by TMDB. */
export type Adoption = { sessionId: string } | { accessToken: string };

/** Holds the secrets of one client in a closure, so that logging or serialising it shows nothing. */
export interface Vault {
  read<Name extends keyof Secrets>(name: Name): Secrets[Name] | null;
  /** Reads and forgets. */
  take<Name extends keyof Secrets>(name: Name): Secrets[Name] | null;
  put(secrets: Partial<Secrets>): void;
  /**
   * Stores what an actor got, unless its step was cancelled: a `fetch` that ignores its signal may answer late, and
   * must not sign the user in unseen. Throws the signal's reason then.
   */
  commit(signal: AbortSignal, secrets: Partial<Secrets>): void;
  forget(): void;
}

export function createVault(): Vault {
  let secrets: { [Name in keyof Secrets]?: Secrets[Name] | undefined } = {};
  const read = <Name extends keyof Secrets>(name: Name): Secrets[Name] | null => secrets[name] ?? null;
  const put = (brought: Partial<Secrets>) => void Object.assign(secrets, brought);
  return {
    read,
    take(name) {
      const secret = read(name);
      secrets[name] = undefined;
      return secret;
    },
    put,
    commit(signal, brought) {
      throwIfAborted(signal);
      put(brought);
    },
    forget() {
      secrets = {};
    },
  };
}
