import { createHash } from 'node:crypto';
import type { Account, FailureCode } from '../../../machines/index.ts';
import type { StoragePort } from '../../ports.ts';
import { parseRecord, type SessionRecord } from '../../record/session-record.ts';
import { sameSecret } from '../../tmdb/approval.ts';
import { readable } from '../server/jar.ts';
import type { ServerSettings, ServerStore } from '../server/options.ts';
import { endOfRecord } from '../server/parts.ts';
import { endMade, openClient, type RequestClient, type ServerView } from '../server/request-client.ts';
import { queued, storeUnavailable } from '../server/store-jar.ts';
import type { Grants } from './adapter.ts';

const ROOT = 'tmdb-auth:openid:tmdb:';

/** Longer than TMDB's token lives, so that a late return still finds its request. In seconds. */
export const INTERACTION = 70 * 60;

/** The outcome of a return from TMDB. */
export type Outcome =
  | { kind: 'signedIn'; accountId: string }
  | { kind: 'denied' | 'late' | 'elsewhere' }
  /** TMDB or the store could not be reached. The sign-in still waits. */
  | { kind: 'retry' };

/** The TMDB sessions of the users, one per account, sealed in the store. They never leave this module and the proxy. */
export interface Accounts {
  /** Starts a sign-in, or continues the pending one: the address of TMDB's page, or an outcome. */
  begin(uid: string, redirectTo: string): Promise<string | Outcome>;
  /** Takes the user's return from TMDB. */
  finish(uid: string, returned: URL): Promise<Outcome>;
  /** Whether this return belongs to a sign-in that is pending. */
  isPending(uid: string, returned: URL): Promise<boolean>;
  /** Forgets a sign-in after its result was stored. */
  complete(uid: string, accountId: string): Promise<void>;
  /** Forgets a sign-in. */
  forget(uid: string): Promise<void>;
  /** The account as TMDB described it at the sign-in. Null if there is no session. */
  find(accountId: string): Promise<Account | null>;
  /** Asks TMDB whether the session still exists. If it does not, all its grants end. Rejects if the store fails. */
  verify(accountId: string): Promise<Account | null>;
  /**
   * Runs `work` with a client that acts as the user. Null if there is no session, or no more after `work`: then all its
   * grants have ended. Rejects if the store fails.
   */
  actAs<T>(accountId: string, work: (client: RequestClient) => Promise<T>): Promise<T | null>;
  /** Ends the session at TMDB if no app has access to it any more. */
  endIfUnused(accountId: string): Promise<void>;
}

/** Failures after which the token is of no more use. All others are worth a retry. */
const ENDS: Partial<Record<FailureCode, 'denied' | 'late' | 'elsewhere'>> = {
  approval_denied: 'denied',
  account_disabled: 'denied',
  email_not_verified: 'denied',
  user_suspended: 'denied',
  token_expired: 'late',
  session_denied: 'late',
  invalid_request_token: 'late',
  not_approved: 'late',
  exchange_interrupted: 'late',
  callback_mismatch: 'elsewhere',
  callback_invalid: 'elsewhere',
};

const isSameSession = (one: SessionRecord | null, other: SessionRecord | null) =>
  one?.secrets.sessionId === other?.secrets.sessionId;

export function createAccounts(server: ServerSettings, store: ServerStore, grants: () => Grants): Accounts {
  const { seal, client: tmdb } = server;
  // A digest, as the cookie of the sign-in holds its uid.
  const digest = (uid: string) => createHash('sha256').update(uid).digest('hex');
  const signIn = (uid: string) => `sign-in:${digest(uid)}`;
  const user = (accountId: string) => `user:${accountId}`;
  const replaced = (uid: string) => `replaced:${digest(uid)}`;

  const storageAt = (name: string): StoragePort => {
    const key = ROOT + name;
    const longest = name.startsWith('user:') ? Number.POSITIVE_INFINITY : INTERACTION * 1_000;
    return {
      async get() {
        const found = await store.getItem(key);
        return typeof found === 'string' ? readable(await seal.open(key, found)) : null;
      },
      async set(_key, text) {
        const record = parseRecord(text);
        if (!record) throw new TypeError('tmdb-auth: not a record');
        const now = tmdb.clock.now();
        const endsAt = Math.min(endOfRecord(record, now), now + longest);
        const ttl = Math.ceil((endsAt - now) / 1_000);
        await store.setItem(key, await seal.close(key, text, endsAt), { ttl });
      },
      remove: () => store.removeItem(key),
      exclusively: (_key, job) => queued(key, job),
    };
  };
  const read = async (name: string) => {
    const text = await storageAt(name).get('');
    return text === null ? null : parseRecord(text);
  };
  const withClient = async <T>(name: string, work: (client: RequestClient) => Promise<T>): Promise<T> => {
    const client = openClient(server, { storage: storageAt(name) }, { isPatient: true });
    try {
      return await work(client);
    } finally {
      client.dispose();
    }
  };

  /**
   * Copies the session to its account, and deletes one that the account had before at TMDB. Can be repeated after a
   * crash: the sign-in is forgotten only when the browser's result is stored.
   */
  const keep = async (uid: string, { id }: Account): Promise<Outcome> => {
    const name = user(String(id));
    const [from, to, older] = [storageAt(signIn(uid)), storageAt(name), storageAt(replaced(uid))];
    // Beside no client that has read the older session and removes it.
    await queued(ROOT + name, async () => {
      const [text, before] = [await from.get(''), await to.get('')];
      if (text === null) return;
      if (before !== null && !isSameSession(parseRecord(before), parseRecord(text)))
        await older.set('', before);
      await to.set('', text);
    });
    const ended = await read(replaced(uid));
    if (ended) {
      await endMade(server, ended.secrets);
      await older.remove('');
    }
    return { kind: 'signedIn', accountId: String(id) };
  };
  const outcomeOf = async (uid: string, { status, account, failure }: ServerView): Promise<Outcome> => {
    if (status === 'user') return account ? keep(uid, account) : { kind: 'retry' };
    if (failure === null) return { kind: 'late' };
    return { kind: ENDS[failure.code] ?? 'retry' };
  };

  /** A client that could not read or write the record says nothing of the session: only a removed record does. */
  const endGrants = async (accountId: string): Promise<null> => {
    if (await accounts.find(accountId)) throw storeUnavailable();
    await grants().removeAll(accountId);
    return null;
  };

  const accounts: Accounts = {
    begin: (uid, redirectTo) =>
      withClient(signIn(uid), async (client) => {
        const view = await client.login(redirectTo, false);
        return view.approvalUrl ?? outcomeOf(uid, view);
      }),
    finish: (uid, returned) =>
      withClient(signIn(uid), async (client) =>
        outcomeOf(uid, await client.perform(() => client.auth.handleCallback(returned))),
      ),
    async isPending(uid, returned) {
      const token = (await read(signIn(uid)))?.secrets.requestToken ?? null;
      return token !== null && sameSecret(returned.searchParams.get('request_token') ?? '', token);
    },
    async complete(uid, accountId) {
      const [made, latest] = [await read(signIn(uid)), await read(user(accountId))];
      // The user has completed two sign-ins at the same moment on two instances, and neither saw the other.
      if (made && latest && !isSameSession(made, latest)) await endMade(server, made.secrets);
      await accounts.forget(uid);
    },
    forget: async (uid) => void (await storageAt(signIn(uid)).remove('')),
    find: async (accountId) => (await read(user(accountId)))?.facts.account ?? null,
    async verify(accountId) {
      if (!(await accounts.find(accountId))) return null;
      const { status, account } = await withClient(user(accountId), async (client) =>
        client.perform(client.auth.verify),
      );
      return status === 'user' ? account : endGrants(accountId);
    },
    actAs: (accountId, work) =>
      withClient(user(accountId), async (client) => {
        const isUser = async () => (await client.view()).status === 'user';
        const result = (await isUser()) ? await work(client) : null;
        // The machine may have learned that the session is gone.
        return (await isUser()) ? result : endGrants(accountId);
      }),
    async endIfUnused(accountId) {
      if (await grants().has(accountId)) return;
      const record = await read(user(accountId));
      if (!record) return;
      // TMDB first: if this instance dies, the record still names the session.
      const isEnded = await endMade(server, record.secrets);
      // The user may have signed in again meanwhile.
      if (!isSameSession(await read(user(accountId)), record)) return;
      if (isEnded) await storageAt(user(accountId)).remove('');
      else await withClient(user(accountId), (client) => client.perform(client.auth.logout));
    },
  };
  return accounts;
}
