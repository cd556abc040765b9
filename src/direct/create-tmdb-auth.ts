import type { Backend, ClientCore } from '../client/backend.ts';
import { type Beginning, createFacade } from '../client/create-client.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { onDemand } from '../lib/on-demand.ts';
import { within } from '../lib/within.ts';
import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../options.ts';
import { createRecordKeeper } from '../record/keeper.ts';
import { createVault } from '../record/vault.ts';
import { approvalUrl } from '../tmdb/approval.ts';
import { createClient } from '../tmdb/client.ts';
import { isGuestGone, validateKey } from '../tmdb/endpoints.ts';
import type { Direct } from './direct.ts';
import { createExchanges } from './exchanges.ts';
import { createOwnRatings } from './own-ratings.ts';
import { createPreparation } from './prepare.ts';
import { createSteps, fetchToken } from './steps.ts';

/**
 * Makes a client and begins to restore what was stored.
 * Throws `invalid_credentials`, or a `TypeError` for an option that cannot be right.
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

/** TMDB itself, and a record in a storage. */
function createBackend(settings: TmdbSettings, core: ClientCore): Backend {
  const { clock, facts, snapshot, send } = core;
  const vault = createVault();
  const client = createClient(settings);
  const exchanged = { ...core, client, vault, onLate: () => send({ type: 'approval.check' }) };
  const exchanges = createExchanges(exchanged);
  const v4 = onDemand(async () => (await import('./v4.ts')).createV4(exchanged, exchanges.made));
  const record = createRecordKeeper({
    id: randomId(),
    settings,
    clock,
    vault,
    onAdopted(restored, orphans) {
      for (const exchange of exchanges.made) orphans.forEach(exchange.undo);
      send({ type: 'record.changed', output: restored });
    },
    onNews: core.look,
    onFailure: (failure) => send({ type: 'record.failed', failure }),
  });
  const preparation = createPreparation(clock, settings.requestTimeout, (signal, redirectTo) =>
    fetchToken({ client, clock, settings, v4 }, signal, settings.apiVersion, redirectTo),
  );
  const ownRatings = createOwnRatings(facts);
  const direct: Direct = {
    ...core,
    settings,
    vault,
    record,
    client,
    exchanges,
    v4,
    hasRated: ownRatings.has,
    takePrepared: (apiVersion, redirectTo) =>
      preparation.take(
        (token) => token.apiVersion === apiVersion && (apiVersion === 3 || token.redirectTo === redirectTo),
      ),
  };
  const steps = createSteps(direct);
  const asking = onDemand(async () => {
    const { createDirectFetch } = await import('./direct-fetch.ts');
    return createDirectFetch(settings, {
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
  });

  return {
    run: (name, signal) => steps[name](signal),
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
    prepare: preparation.fill,
    validateCredentials: (signal) => validateKey(client, signal),
    asking,
    sweep() {
      for (const exchange of exchanges.made) exchange.sweep();
    },
  };
}

/** A name and no secret: React Native, and a page without https, have no `crypto.randomUUID`. */
const randomId = () => Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
