import type { Adapter, AdapterPayload } from 'oidc-provider';
import { createSeal } from '../seal.ts';
import { digestOf } from '../server/names.ts';
import type { ServerStore } from '../server/options.ts';

const ROOT = 'tmdb-auth:openid:';

/**
 * A device still polls with a code that has expired and must be told so: expired codes are kept this long, in
 * seconds.
 */
const KEPT_AFTER_END = 3_600;

/** The grants of an account, which oidc-provider's adapters cannot list. */
export interface Grants {
  /** Whether an app still has access to the account. */
  has(accountId: string): Promise<boolean>;
  /** Removes all grants of the account, with their tokens. */
  removeAll(accountId: string): Promise<void>;
}

/**
 * oidc-provider's storage. Ids of tokens are tokens, so keys hold only their digests; values are sealed for their own
 * key. Indexes are keys of their own, as two instances could not both add to one value.
 */
export function createAdapters(
  secrets: readonly string[],
  store: ServerStore,
  onGrantGone: (accountId: string) => Promise<void>,
): { adapter: (model: string) => Adapter; grants: Grants } {
  // oidc-provider reads the system's time, so its values end by it, too.
  const seal = createSeal(secrets, () => Date.now());

  const read = async <T>(key: string): Promise<T | undefined> => {
    const sealed = await store.getItem(key);
    const text = typeof sealed === 'string' ? await seal.open(key, sealed) : null;
    return text === null ? undefined : (JSON.parse(text) as T);
  };
  const write = async (key: string, value: unknown, ttl: number) => {
    const sealed = await seal.close(key, JSON.stringify(value), Date.now() + ttl * 1_000);
    await store.setItem(key, sealed, { ttl });
  };
  const removeAllOf = async (base: string) => {
    for (const index of await store.getKeys(base)) {
      const key = await read<string>(index);
      if (key) await store.removeItem(key);
      await store.removeItem(index);
    }
  };
  const accountBase = (accountId: string) => `${ROOT}account:${accountId}:`;
  const grantBase = (digest: string) => `${ROOT}of-grant:${digest}:`;

  const adapter = (model: string): Adapter => {
    const keyOf = async (id: string) => `${ROOT}${model}:${await digestOf(id)}`;
    const aliasOf = async (kind: string, id: string) => `${ROOT}${model}-${kind}:${await digestOf(id)}`;
    /**
     * A user code is one of 20^8: without a secret in the key, a reader of the store could try them all. All secrets,
     * as another instance may already have a newer one.
     */
    const userCodesOf = (userCode: string) => secrets.map((secret) => [secret, userCode].join(' '));
    const byAlias = async (kind: string, id: string) => {
      const key = await read<string>(await aliasOf(kind, id));
      return key === undefined ? undefined : read<AdapterPayload>(key);
    };
    return {
      async upsert(id, payload, expiresIn = LONGEST) {
        const ttl = expiresIn + (model === 'DeviceCode' ? KEPT_AFTER_END : 0);
        const key = await keyOf(id);
        await write(key, payload, ttl);
        const { uid, userCode, grantId, accountId } = payload;
        if (model === 'Session' && uid) await write(await aliasOf('uid', uid), key, ttl);
        const [secretCode] = userCode ? userCodesOf(userCode) : [];
        if (secretCode) await write(await aliasOf('user-code', secretCode), key, ttl);
        if (model === 'Grant' && accountId)
          await write(accountBase(accountId) + (await digestOf(id)), key, ttl);
        else if (grantId && BY_GRANT.has(model)) {
          const index = grantBase(await digestOf(grantId)) + (await digestOf(key));
          await write(index, key, ttl);
        }
      },
      find: async (id) => read<AdapterPayload>(await keyOf(id)),
      findByUid: (uid) => byAlias('uid', uid),
      async findByUserCode(userCode) {
        for (const secretCode of userCodesOf(userCode)) {
          const found = await byAlias('user-code', secretCode);
          if (found) return found;
        }
        return undefined;
      },
      async consume(id) {
        const key = await keyOf(id);
        const payload = await read<AdapterPayload>(key);
        if (!payload) return;
        const now = Math.floor(Date.now() / 1_000);
        await write(key, { ...payload, consumed: now }, Math.max(1, (payload.exp ?? now) - now));
      },
      async destroy(id) {
        const key = await keyOf(id);
        const payload = model === 'Grant' ? await read<AdapterPayload>(key) : undefined;
        await store.removeItem(key);
        if (!payload?.accountId) return;
        await store.removeItem(accountBase(payload.accountId) + (await digestOf(id)));
        await onGrantGone(payload.accountId);
      },
      revokeByGrantId: async (grantId) => removeAllOf(grantBase(await digestOf(grantId))),
    };
  };

  const grants: Grants = {
    async has(accountId) {
      for (const index of await store.getKeys(accountBase(accountId))) {
        const key = await read<string>(index);
        if (key && (await read(key))) return true;
      }
      return false;
    },
    async removeAll(accountId) {
      const base = accountBase(accountId);
      for (const index of await store.getKeys(base))
        await removeAllOf(grantBase(index.slice(index.lastIndexOf(':') + 1)));
      await removeAllOf(base);
    },
  };
  return { adapter, grants };
}

/** For values that oidc-provider gives no end, in seconds: 399 days. */
const LONGEST = 399 * 24 * 60 * 60;

/** Models that end with their grant. */
const BY_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
