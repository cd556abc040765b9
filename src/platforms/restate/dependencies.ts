import type { ObjectSharedContext } from '@restatedev/restate-sdk';
import { createWallClock, systemClock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import type { Client } from '../../tmdb/client.ts';
import type { RestateSettings } from './options.ts';
import type { Sealing } from './sealing.ts';
import type { Vault } from './vault.ts';

/** Shared by the actors of all sign-ins. */
export interface ActorDependencies {
  settings: RestateSettings;
  client: Client;
  sealing: Sealing;
}

export const vaultOf = (ctx: ObjectSharedContext, { settings }: ActorDependencies) =>
  ctx.objectClient<Vault>({ name: settings.names.vault }, ctx.key);

const clock = createWallClock(systemClock);

/** Runs one request to TMDB. Rejects with `timeout` after `timeouts` times `requestTimeout`. */
export const bounded = <T>(
  { settings }: ActorDependencies,
  work: (signal: AbortSignal) => Promise<T>,
  timeouts = 1,
): Promise<T> => within(clock, settings.requestTimeout * timeouts, work);
