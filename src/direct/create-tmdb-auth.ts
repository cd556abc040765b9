import type { Backend, ClientCore } from '../client/backend.ts';
import { type Beginning, createFacade } from '../client/create-client.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { onDemand } from '../lib/on-demand.ts';
import { within } from '../lib/within.ts';
import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../options.ts';
import { RecordKeeper } from '../record/keeper.ts';
import { createVault } from '../record/vault.ts';
import { approvalUrl } from '../tmdb/approval.ts';
import type { AskTmdb } from '../tmdb/auth-fetch.ts';
import { createClient } from '../tmdb/client.ts';
import { isGuestGone, validateKey } from '../tmdb/endpoints.ts';
import type { Direct, V4 } from './direct.ts';
import { Exchanges } from './exchanges.ts';
import { OwnRatings } from './own-ratings.ts';
import { Preparation } from './prepare.ts';
import { STEPS } from './steps.ts';

/**
 * Makes a client, which begins by restoring the stored sign-in.
 * Throws `invalid_credentials`, or a `TypeError` for an invalid option.
 *
 * @example
 * ```ts
 * import { createTmdbAuth } from 'tmdb-auth';
 * import { startSandbox } from 'tmdb-auth/sandbox';
 *
 * await using tmdb = await startSandbox(); // with the real TMDB: only your credentials
 * const { accessToken, baseURL, webURL } = tmdb;
 * using auth = createTmdbAuth({ credentials: { accessToken }, baseURL, webURL });
 *
 * const { state, guest } = await auth.loginAsGuest();
 * console.log(state, guest?.unusedUntil); // guestActive.unused, epoch ms
 * ```
 */
export function createTmdbAuth(options: TmdbAuthOptions): TmdbAuth {
  return createDirectAuth(options);
}

/** The same for adapters. */
export function createDirectAuth(options: TmdbAuthOptions, beginning?: Beginning): TmdbAuth {
  const settings = settingsOf(options);
  return createFacade(settings, (core) => createBackend(settings, core), beginning);
}

const loadV4 = /* @__PURE__ */ onDemand(() => import('./v4.ts'));
const loadFetch = /* @__PURE__ */ onDemand(() => import('./direct-fetch.ts'));

/** The backend that asks TMDB itself and keeps a record in a storage. */
function createBackend(settings: TmdbSettings, core: ClientCore): Backend {
  const { clock, facts, snapshot, send } = core;
  const vault = createVault();
  const client = createClient(settings);
  const exchanges = new Exchanges();
  const ownRatings = new OwnRatings(facts);
  const record = new RecordKeeper({
    id: randomId(),
    settings,
    clock,
    vault,
    onAdopted(restored, orphans) {
      for (const exchange of exchanges.made) for (const orphan of orphans) exchange.undo(orphan);
      send({ type: 'record.changed', output: restored });
    },
    onChange: core.look,
    onFailure: (failure) => send({ type: 'record.failed', failure }),
  });
  let v4: V4 | null = null;
  const preparation = new Preparation(() => direct);
  // `assign` for the reason in `createFacade`.
  const own = { settings, vault, record, client, exchanges, ownRatings };
  const direct: Direct = Object.assign(core, own, {
    async v4() {
      const { createV4 } = await loadV4();
      v4 ??= createV4(direct);
      return v4;
    },
    preparation,
  });
  let ask: AskTmdb | null = null;
  const createAsking = ({ createDirectFetch }: typeof import('./direct-fetch.ts')): AskTmdb => {
    ask ??= createDirectFetch(settings, {
      present: () => ({ isUser: snapshot().matches('sessionActive'), facts: facts() }),
      send,
      read: vault.read,
      sendRating: (as, { media, value }) =>
        as === 'guest' ? record.sendRating(media) : ownRatings.send(media, value),
      isGuestGone: () =>
        within(clock, settings.requestTimeout, (signal) =>
          isGuestGone(client, signal, vault.read('guestId') ?? ''),
        ).catch(() => false),
    });
    return ask;
  };

  return {
    run: (name, signal) => STEPS[name](direct, signal),
    vault,
    keepsSessions: true,
    record,
    approvalUrl() {
      const requestToken = snapshot().matches('awaitingApproval') && vault.read('requestToken');
      if (!requestToken) return null;
      const redirectTo = vault.read('redirectTo');
      const { apiVersion = 3 } = facts().token ?? {};
      return approvalUrl({
        requestToken,
        apiVersion,
        webURL: settings.webURL,
        ...(redirectTo && { redirectTo }),
      });
    },
    prepare: (redirectTo) => direct.preparation.fill(redirectTo),
    validateCredentials: (signal) => validateKey(client, signal),
    asking() {
      if (ask) return ask;
      const loaded = loadFetch();
      return loaded instanceof Promise ? loaded.then(createAsking) : createAsking(loaded);
    },
    sweep() {
      for (const exchange of exchanges.made) exchange.sweep();
    },
  };
}

/** A name, not a secret: React Native, and a page without https, have no `crypto.randomUUID`. */
const randomId = () => Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
