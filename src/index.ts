/**
 * The core: a client made of ports. Take the adapter for where you are (`tmdb-auth/node`, `tmdb-auth/browser`,
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
export type { Api, ApiOptions } from './api.ts';
export { approvalUrl, type Callback, parseCallback } from './callback.ts';
export { createTmdbAuth } from './create-tmdb-auth.ts';
export { TmdbAuthError } from './errors.ts';
export { memoryStorage } from './memory-storage.ts';
export type { Credentials, TmdbAuthOptions } from './options.ts';
export type { ChannelPort, ClockPort, MaybePromise, NavigatorPort, StoragePort, Visit } from './ports.ts';
export type { LoginOptions, TmdbAuth } from './tmdb-auth.ts';
