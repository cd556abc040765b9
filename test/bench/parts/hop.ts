import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { createTmdbAuth, memoryStorage } from 'tmdb-auth';
import { type AuthFacts, authMachine, placeOf, snapshotAt, stepsBy } from 'tmdb-auth/machine';
import { createAuthHandler } from 'tmdb-auth/server';
import { createActor, fromPromise, type Snapshot, waitFor } from 'xstate';
import { inRounds, timeOf } from '../rounds.ts';
import { ratio, type Section, us } from '../section.ts';

const HOPS = 150;
const MOST = { handler: 1.52, step: 0.6 };
const ORIGIN = 'https://films.example';
const EVENT = { type: 'login.cancel' } as const;

/** A sign-in that waits for its approval. */
const at = Date.now();
const facts: AuthFacts = {
  token: { apiVersion: 3, requestedAt: at, expiresAt: at + 3_600_000 },
  exchanging: false,
  access: null,
  session: null,
  account: null,
  guest: null,
};

const credentials = { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl' };

const requestOf = (cookie: string) =>
  new Request(`${ORIGIN}/auth/cancel`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: ORIGIN, cookie },
  });

/** The handler: opens the cookie, restores the record, cancels, and answers without the cookie. */
async function ourHop() {
  const handler = createAuthHandler({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    credentials,
    origin: ORIGIN,
    secrets: [randomBytes(32).toString('base64')],
    fetch: async () =>
      Response.json({
        success: true,
        request_token: 'a'.repeat(40),
        expires_at: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
      }),
  });
  const begun = await handler(
    new Request(`${ORIGIN}/auth/login`, {
      method: 'POST',
      headers: { accept: 'application/json', origin: ORIGIN },
    }),
  );
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return async () => {
    const answer = await handler(requestOf(cookie));
    const { state } = (await answer.json()) as { state: string };
    if (state !== 'idle.fresh') throw new Error(`This is no cancelled sign-in: ${state}`);
  };
}

/** The part inside the handler: a client that lives for one event. */
async function ourClient() {
  const storage = memoryStorage();
  const record = { v: 1, facts: { ...facts, exchanging: null }, secrets: { requestToken: 'a'.repeat(40) } };
  const text = JSON.stringify(record);
  return async () => {
    await storage.set('tmdb-auth', text);
    const auth = createTmdbAuth({ credentials, storage, storageKey: 'tmdb-auth' });
    const { state } = await auth.cancel();
    auth.dispose();
    if (state !== 'idle.fresh' || (await storage.get('tmdb-auth')) !== null)
      throw new Error(`This is no cancelled sign-in: ${state}`);
  };
}

/** The minimum around it: a cookie is opened, its content is processed, and JSON is answered. */
async function shell(content: unknown, work: (content: never) => unknown) {
  const key = randomBytes(32);
  const sealed = await new EncryptJWT({ content })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime('1h')
    .encrypt(key);
  return async () => {
    const request = requestOf(`pending=${sealed}`);
    const [, cookie = ''] = /pending=([^;]+)/.exec(request.headers.get('cookie') ?? '') ?? [];
    const { payload } = await jwtDecrypt(cookie, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const answer = Response.json(work(payload.content as never), {
      headers: { 'set-cookie': 'pending=; Max-Age=0' },
    });
    await answer.json();
  };
}

const liveMachine = authMachine.provide({
  actors: { restore: fromPromise(async () => ({ at, facts })) },
});

/** XState’s persisted snapshot of an actor that waits for the approval. */
async function persisted(): Promise<Snapshot<unknown>> {
  const actor = createActor(liveMachine, { input: { apiVersion: 3 } }).start();
  await waitFor(actor, (snapshot) => snapshot.matches('awaitingApproval'));
  const snapshot = actor.getPersistedSnapshot();
  actor.stop();
  return JSON.parse(JSON.stringify(snapshot));
}

/** The usual way: the actor is restored for one event and persisted again. */
function rehydrate(snapshot: Snapshot<unknown>) {
  const actor = createActor(liveMachine, { snapshot, input: { apiVersion: 3 } }).start();
  actor.send(EVENT);
  const after = actor.getPersistedSnapshot();
  actor.stop();
  if (!JSON.stringify(after).includes('"idle"')) throw new Error('This is no cancelled sign-in.');
  return after;
}

/** The way that the machine allows: the record names the state, and one pure step leads to the next. */
const step = stepsBy(createActor(authMachine, { input: { apiVersion: 3 } }));
function cancelled(record: { facts: AuthFacts }) {
  if (placeOf({ at: Date.now(), facts: record.facts }) !== 'awaitingApproval') throw new Error('not pending');
  const before = snapshotAt({ awaitingApproval: 'waiting' }, { apiVersion: 3, facts: record.facts });
  const after = step(before, EVENT);
  if (!after.matches('idle')) throw new Error('This is no cancelled sign-in.');
  return after.context.facts;
}

/** One request of a server: the record is loaded, gets one event, and is stored. No request to TMDB. */
export async function measure(): Promise<Section> {
  const snapshot = await persisted();
  const text = JSON.stringify(snapshot);
  const record = JSON.stringify({ facts });
  const hop = (work: () => unknown) => async () => (await timeOf(HOPS, work)) * 1_000;
  const { figures, note } = await inRounds({
    handler: hop(await ourHop()),
    live: hop(await shell(snapshot, rehydrate)),
    empty: hop(await shell(snapshot, (content) => content)),
    client: hop(await ourClient()),
    step: hop(() => JSON.stringify(cancelled(JSON.parse(record)))),
    rehydrate: hop(() => JSON.stringify(rehydrate(JSON.parse(text)))),
  });
  const beside = (what: string, ours: number, other: number) => [
    what,
    us(ours),
    us(other),
    ratio(ours / other),
  ];
  return {
    head: ['A hop on the server', 'tmdb-auth', 'an actor rehydrated from its persisted snapshot', 'ratio'],
    rows: [
      beside('`POST /auth/cancel`: open the cookie, send one event, answer', figures.handler, figures.live),
      beside(
        'without request, cookie and answer: a client for the one event',
        figures.client,
        figures.rehydrate,
      ),
      beside(
        'without request, cookie and answer: the record, one pure step',
        figures.step,
        figures.rehydrate,
      ),
    ],
    goals: [
      {
        what: 'A hop of the handler without a request to TMDB, relative to one that rehydrates an actor',
        is: figures.handler / figures.live,
        most: MOST.handler,
        unit: 'ratio',
      },
      {
        what: 'The record and one pure step, relative to rehydrating an actor',
        is: figures.step / figures.rehydrate,
        most: MOST.step,
        unit: 'ratio',
      },
    ],
    notes: [
      `${note} Opening the cookie and answering, with no work in between, takes ${us(figures.empty)} of the comparison's time. The handler does the last line's work if TMDB gets no request and the record holds nothing else; for every other event it makes a client.`,
    ],
  };
}
