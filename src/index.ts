/**
 * The core: a client made of ports. Import the adapter for your platform (`tmdb-auth/node`, `tmdb-auth/browser`,
 * `tmdb-auth/server`), and this for errors, types and adapters of your own.
 * @module tmdb-auth
 */
export type {
  Account,
  ApiVersion,
  AuthStatus,
  AuthView,
  CarryOver,
  Failure,
  FailureCode,
} from '../machines/index.ts';
export type { Api, ApiOptions } from './client/api.ts';
export type { AdoptOptions, DeviceCode, LoginOptions, TmdbAuth } from './client/tmdb-auth.ts';
export { createTmdbAuth } from './direct/create-tmdb-auth.ts';
export { TmdbAuthError } from './errors.ts';
export { memoryStorage } from './lib/memory-storage.ts';
export type { Messages } from './lib/messages.ts';
export type { Credentials, TmdbAuthOptions } from './options.ts';
export type { ChannelPort, ClockPort, MaybePromise, NavigatorPort, StoragePort, Visit } from './ports.ts';
export { approvalUrl, type Callback, parseCallback } from './tmdb/approval.ts';
