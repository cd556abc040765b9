import type { AnyActorRef, OutputFrom } from 'xstate';
import type { AuthContext, AuthEvent, AuthFacts, AuthSnapshot, authActors } from '../../machines/index.ts';
import type { WallClock } from '../lib/clock.ts';
import type { Settings } from '../options.ts';
import type { RecordKeeper } from '../record/keeper.ts';
import type { Vault } from '../record/vault.ts';
import type { AskTmdb } from '../tmdb/auth-fetch.ts';
import type { DeviceCode } from './tmdb-auth.ts';

type ActorSystem = AnyActorRef['system'];

type Contracts = typeof authActors;
export type StepName = keyof Contracts;

/** The work of each actor of the machine, by name. */
export type Steps = { [Name in StepName]: (signal: AbortSignal) => Promise<OutputFrom<Contracts[Name]>> };

/** The core of a client: its settings, its clock and its machine. Backends and sign-ins build on it. */
export interface ClientCore {
  settings: Settings;
  clock: WallClock;
  snapshot(): AuthSnapshot;
  facts(): AuthFacts;
  context(): AuthContext;
  send(event: AuthEvent): void;
  /** Reads the record and adopts as much of it as the current state allows. */
  look(how?: 'written'): Promise<void>;
  isDisposed(): boolean;
}

/** Does the work of the machine's actors: at TMDB with a record kept here, or through a server. */
export interface Backend {
  run<Name extends StepName>(name: Name, signal: AbortSignal): Promise<OutputFrom<Contracts[Name]>>;
  vault: Vault;
  /** This vault holds the sessions, not a server. */
  keepsSessions: boolean;
  record: Pick<RecordKeeper, 'save' | 'flush' | 'refresh' | 'announce'>;
  /** The page where the user approves the pending request, or null. */
  approvalUrl(): string | null;
  /** The code to type on another device, or null. */
  deviceCode?(): DeviceCode | null;
  prepare(redirectTo?: string): Promise<void>;
  validateCredentials(signal: AbortSignal): Promise<void>;
  /** Sends an app's requests. May have to be loaded first. */
  asking(): AskTmdb | Promise<AskTmdb>;
  /** Deletes orphans at TMDB. Call it after every change of the facts. */
  sweep(): void;
}

/** One client, as its actors see it. */
export interface Instance extends ClientCore {
  backend: Backend;
  /** In ms: the interval of the current visit, else of the settings. */
  pollInterval(): number;
}

/** The machine gets its actors once per process; each actor finds its client by the system it runs in. */
const instances = new WeakMap<ActorSystem, Instance>();

export function register(system: ActorSystem, instance: Instance): void {
  instances.set(system, instance);
}

export function instanceOf(system: ActorSystem): Instance {
  const instance = instances.get(system);
  if (!instance) throw new Error('tmdb-auth: this actor runs in a system that createTmdbAuth did not make.');
  return instance;
}
