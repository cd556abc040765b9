import { throwIfAborted } from '../lib/abort.ts';

/** Everything that must never be seen. The machine holds none of it. */
export interface Secrets {
  requestToken: string;
  /** Not secret by itself, but an app's own address may be. */
  redirectTo: string;
  /** v4, the user's. */
  accessToken: string;
  sessionId: string;
  guestId: string;
  login: { username: string; password: string };
  /** What the app had kept, until TMDB has said whose it is. */
  adoption: Adoption;
}

/** A session's id, or a v4 access token of the user, that is not believed yet. */
export type Adoption = { sessionId: string } | { accessToken: string };

/** Holds the secrets of one client. A closure, so that logging or serialising it shows nothing. */
export interface Vault {
  read<Name extends keyof Secrets>(name: Name): Secrets[Name] | null;
  /** Reads and forgets. */
  take<Name extends keyof Secrets>(name: Name): Secrets[Name] | null;
  put(secrets: Partial<Secrets>): void;
  /**
   * Puts what an actor brought, unless the actor was left meanwhile: a `fetch` that ignores its signal may answer
   * after a cancel, and must not sign anybody in behind the view. Throws the signal's reason then.
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
