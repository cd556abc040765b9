/** What a sign-in uses of XState: none with it can be smaller. */
export { assign, createActor, createMachine, fromPromise, waitFor } from 'xstate';
