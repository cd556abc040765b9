/**
 * The statechart by itself: pure, without requests, clock or secrets. Provide actors of your own to run it.
 * @module tmdb-auth/machine
 */
export { authActors } from './auth.actors.ts';
export { authDelays, LONGEST_RETRY_AFTER, MAX_TRIES, NEVER } from './auth.delays.ts';
export { FAILURE_CODES, failure, failureOf } from './auth.failures.ts';
export { guestEnd, type Place, placeOf } from './auth.guards.ts';
export { authMachine } from './auth.machine.ts';
export { RESTORING } from './auth.restoring.ts';
export { snapshotAt, stepsBy } from './auth.step.ts';
export * from './auth.types.ts';
export { type AuthSnapshot, type AuthStatus, type AuthView, pathOf, toView } from './auth.view.ts';
