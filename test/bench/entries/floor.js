/** The parts of XState that a sign-in uses: no entry with XState can be smaller. */
export { assign, createActor, createMachine, fromPromise, waitFor } from 'xstate';
