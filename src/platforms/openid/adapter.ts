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

/**
 * How long a used value still works, in seconds. A device repeats a request after a lost answer (RFC 8628, 3.5), and
 * an instance may die before it answers: neither is a reason to sign a user out.
 */
const USABLE_AFTER_USE = 60;

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
        const { uid, userCode, grantId, accountId } = payload;
        // Indexes first: an instance that dies between the writes leaves no value that cannot be found.
        if (model === 'Session' && uid) await write(await aliasOf('uid', uid), key, ttl);
        const [secretCode] = userCode ? userCodesOf(userCode) : [];
        if (secretCode) await write(await aliasOf('user-code', secretCode), key, ttl);
        if (model === 'Grant' && accountId)
          await write(accountBase(accountId) + (await digestOf(id)), key, ttl);
        else if (grantId && BY_GRANT.has(model)) {
          const index = grantBase(await digestOf(grantId)) + (await digestOf(key));
          await write(index, key, ttl);
        }
        await write(key, payload, ttl);
      },
      async find(id) {
        const payload = await read<AdapterPayload>(await keyOf(id));
        const { consumed, ...unused } = payload ?? {};
        const isUsable = REPEATABLE.has(model) && Number(consumed) > now() - USABLE_AFTER_USE;
        return isUsable ? unused : payload;
      },
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
        const consumed = payload.consumed ?? now();
        await write(key, { ...payload, consumed }, Math.max(1, (payload.exp ?? now()) - now()));
      },
      async destroy(id) {
        const key = await keyOf(id);
        const payload = LOOKED_AT.has(model) ? await read<AdapterPayload>(key) : undefined;
        // A browser that never got the answer to its last step repeats it: the cookie for that ends with the answer.
        if (model === 'Interaction' && payload) return write(key, payload, USABLE_AFTER_USE);
        if (payload?.accountId) {
          await store.removeItem(accountBase(payload.accountId) + (await digestOf(id)));
          // Before the grant itself: a logout that is repeated after a crash finds the grant, and completes this.
          await onGrantGone(payload.accountId);
        }
        await store.removeItem(key);
      },
      revokeByGrantId: async (grantId) => removeAllOf(grantBase(await digestOf(grantId))),
    };
  };

  /** The indexes below `base` that lead to a value. */
  async function* liveOf(base: string) {
    for (const index of await store.getKeys(base)) {
      const key = await read<string>(index);
      if (key && (await read(key))) yield index;
    }
  }
  const grantBaseOf = (index: string) => grantBase(index.slice(index.lastIndexOf(':') + 1));

  const grants: Grants = {
    async has(accountId) {
      // A grant alone gives no access: its browser may never have come back to the app.
      for await (const index of liveOf(accountBase(accountId)))
        for await (const _ of liveOf(grantBaseOf(index))) return true;
      return false;
    },
    async removeAll(accountId) {
      const base = accountBase(accountId);
      for (const index of await store.getKeys(base)) await removeAllOf(grantBaseOf(index));
      await removeAllOf(base);
    },
  };
  return { adapter, grants };
}

/** For values that oidc-provider gives no end, in seconds: 399 days. */
const LONGEST = 399 * 24 * 60 * 60;

/** The system's time in seconds. */
const now = () => Math.floor(Date.now() / 1_000);

/** Models with values that may be used again for `USABLE_AFTER_USE`. Not codes of browsers: RFC 6749, 4.1.2 forbids it. */
const REPEATABLE = new Set(['RefreshToken', 'DeviceCode']);

/** Models with values that are needed at their end. */
const LOOKED_AT = new Set(['Grant', 'Interaction']);

/** Models that end with their grant. */
const BY_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
