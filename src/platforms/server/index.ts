/**
 * For sites: one function from `Request` to `Response` that keeps key and session on the server.
 * @module tmdb-auth/server
 */
export { type AuthHandler, createAuthHandler } from './create-auth-handler.ts';
export type { DeviceTexts } from './device-texts.ts';
export {
  type AuthHandlerOptions,
  type DeviceOptions,
  type HandlerEvent,
  PROXY,
  type Refusal,
  type ServerStore,
} from './options.ts';
export type { ServerView } from './request-client.ts';
export type { RequestLike } from './requests.ts';
