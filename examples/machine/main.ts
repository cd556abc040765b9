/** The bare machine with actors of your own, without TMDB, HTTP or a clock. `npm run example machine` */
import {
  type Account,
  authMachine,
  failure,
  type Granted,
  NOTHING,
  type TokenFacts,
} from 'tmdb-auth/machine';
import { createActor, fromPromise } from 'xstate';

const HOUR = 3_600_000;
let tries = 0;

const machine = authMachine.provide({
  actors: {
    restore: fromPromise(async () => ({ at: 0, facts: NOTHING })),
    requestToken: fromPromise<TokenFacts>(async () => {
      tries += 1;
      // An error's `failure` tells the machine the reason. The machine retries after this one.
      if (tries === 1) throw Object.assign(new Error(), { failure: failure('network') });
      return { apiVersion: 3, requestedAt: 0, expiresAt: HOUR };
    }),
    createSession: fromPromise<Granted>(async () => ({
      session: { createdAt: 0, expiresAt: null },
      access: null,
    })),
    fetchAccount: fromPromise<Account>(async () => ({
      id: 1,
      username: 'me',
      name: 'Me Myself',
      avatarPath: null,
      gravatarHash: null,
      language: 'en',
      country: 'GB',
      includeAdult: false,
    })),
    deleteSession: fromPromise(async () => {}),
  },
  delays: { backoff: 50 },
});

const actor = createActor(machine, { input: { apiVersion: 3 } });
actor.subscribe((snapshot) => {
  console.log(JSON.stringify(snapshot.value));
  if (snapshot.matches({ idle: 'fresh' })) actor.send({ type: 'login.start' });
  if (snapshot.matches({ awaitingApproval: 'waiting' })) actor.send({ type: 'approval.granted' });
  if (snapshot.matches({ sessionActive: 'ready' })) actor.send({ type: 'logout' });
  if (snapshot.matches({ idle: 'loggedOut' })) actor.stop();
});
actor.start();
