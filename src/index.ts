export type { Account, AuthStatus, AuthView, Failure, FailureCode } from '../machines/index.ts';
export { approvalUrl, type Callback, parseCallback } from './callback.ts';
export { createTmdbAuth, type LoginOptions, type TmdbAuth } from './create-tmdb-auth.ts';
export { TmdbAuthError } from './errors.ts';
export type { Credentials, TmdbAuthOptions } from './options.ts';
export { memoryStorage } from './platforms/memory.ts';
export type { ChannelPort, ClockPort, MaybePromise, NavigatorPort, StoragePort, Visit } from './ports.ts';
