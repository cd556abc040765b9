import type { AnyActorRef } from 'xstate';
import type { ApiVersion, AuthContext, AuthEvent, AuthFacts, TokenFacts } from '../machines/index.ts';
import type { WallClock } from './clock.ts';
import type { Exchange } from './exchange.ts';
import type { Settings } from './options.ts';
import type { RecordKeeper } from './record-keeper.ts';
import type { Client } from './tmdb/client.ts';
import type { Vault } from './vault.ts';

type ActorSystem = AnyActorRef['system'];

/** A request token fetched ahead of the click that will need it. Epoch ms. */
export interface Prepared extends TokenFacts {
  requestToken: string;
  /** Where TMDB sends the user back to; in v4 the token knows it. */
  redirectTo?: string;
}

/** The steps that cannot be taken back: v3's request token for a session, v4's for an access token, and that for a session. */
export interface Exchanges {
  session: Exchange<{ secret: string }>;
  access: Exchange<{ secret: string; accountObjectId: string }>;
  conversion: Exchange<{ secret: string }>;
}

/** What the actors of one client work with. */
export interface Instance {
  settings: Settings;
  clock: WallClock;
  vault: Vault;
  record: RecordKeeper;
  client: Client;
  exchanges: Exchanges;
  facts(): AuthFacts;
  context(): AuthContext;
  send(event: AuthEvent): void;
  /** Empties the slot: a token is used once. Null too if it is for another API, or (v4) leads back to another place. */
  takePrepared(apiVersion: ApiVersion, redirectTo?: string): Promise<Prepared | null>;
  /** In ms: what the present visit asks for, else the setting. */
  pollInterval(): number;
}

/** The machine is provided with its actors once per process; each finds its client by the system it runs in. */
const instances = new WeakMap<ActorSystem, Instance>();

export function register(system: ActorSystem, instance: Instance): void {
  instances.set(system, instance);
}

export function instanceOf(system: ActorSystem): Instance {
  const instance = instances.get(system);
  if (!instance) throw new Error('tmdb-auth: this actor runs in a system that createTmdbAuth did not make.');
  return instance;
}
