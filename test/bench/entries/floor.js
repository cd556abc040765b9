/** What of them is used: no sign-in with them can be smaller. */
export { createFetch } from 'ofetch';
export { assign, createActor, fromPromise, setup } from 'xstate';
