/**
 * Sign-ins as Restate services: timers and exchanges survive crashes.
 * @module tmdb-auth/restate
 */
export {
  createRestateClient,
  type RestateClient,
  type RestateClientOptions,
  type Started,
} from './client.ts';
export { refuseHangingActors } from './machine.ts';
export type { PublicEvent, SignedIn, SignInView } from './messages.ts';
export type { RestateOptions } from './options.ts';
export { createRestateServices, type RestateServices } from './services.ts';
