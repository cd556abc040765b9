import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createTmdbAuth } from '../../../src/index.ts';
import { createWallClock, systemClock } from '../../../src/lib/clock.ts';
import { createRestateClient } from '../../../src/platforms/restate/client.ts';
import { createSealing } from '../../../src/platforms/restate/sealing.ts';
import { createServerClient } from '../../../src/remote/server-client.ts';
import { createClient } from '../../../src/tmdb/client.ts';
import * as endpoints from '../../../src/tmdb/endpoints.ts';
import * as v4 from '../../../src/tmdb/endpoints.v4.ts';
import { guestRatings, rate, userRating } from '../../../src/tmdb/ratings.ts';
import { createTestClock } from '../../support/clock.ts';
import { junk, mutated, textOf } from '../garbage.ts';
import { isFailure, isTime, type Parser, parser, SENTINEL } from '../parser.ts';
import { fetchOf, type Reply, replies, repliesWith } from '../responses.ts';
import { facts, READ_ACCESS_TOKEN } from '../valid.ts';
import { queries } from './addresses.ts';
import { areFacts } from './records.ts';

const CREDENTIALS = { accessToken: READ_ACCESS_TOKEN };
const BASE = 'https://api.themoviedb.org';

type Ask = (client: ReturnType<typeof createClient>, signal: AbortSignal) => Promise<unknown>;
const ASKS: Record<string, Ask> = {
  validateKey: endpoints.validateKey,
  newRequestToken: endpoints.newRequestToken,
  validateWithLogin: (client, signal) =>
    endpoints.validateWithLogin(client, signal, SENTINEL, { username: SENTINEL, password: SENTINEL }),
  newSession: (client, signal) => endpoints.newSession(client, signal, SENTINEL),
  newV4RequestToken: (client, signal) => v4.newV4RequestToken(client, signal, SENTINEL),
  newAccessToken: (client, signal) => v4.newAccessToken(client, signal, SENTINEL),
  convertToSession: (client, signal) => v4.convertToSession(client, signal, SENTINEL),
  account: (client, signal) => endpoints.account(client, signal, SENTINEL),
  deleteSession: (client, signal) => endpoints.deleteSession(client, signal, SENTINEL),
  deleteAccessToken: (client, signal) => endpoints.deleteAccessToken(client, signal, SENTINEL),
  newGuestSession: endpoints.newGuestSession,
  guestRatings: (client, signal) => guestRatings(client, signal, { guestId: SENTINEL, kind: 'tv', page: 1 }),
  userRating: (client, signal) => userRating(client, signal, 'movie/550', SENTINEL),
  rate: (client, signal) => rate(client, signal, 'movie/550', { sessionId: SENTINEL, value: 8 }),
};

/** `auth.fetch` of a signed-out client, for a request that needs no user. */
async function fetchSignedOut(reply: Reply) {
  const { fetch } = fetchOf([reply]);
  const auth = createTmdbAuth({ credentials: CREDENTIALS, fetch, clock: createTestClock() });
  try {
    return await auth.fetch('/3/movie/550');
  } finally {
    auth.dispose();
  }
}

const told = fc.record({
  at: fc.integer({ min: 0, max: 4e12 }),
  facts,
  approvalUrl: fc.option(fc.constant(`https://www.themoviedb.org/authenticate/${SENTINEL}`)),
  failure: fc.option(fc.constant({ code: 'network', message: 'No network.', retryable: true })),
  carryOver: fc.option(
    fc.constant({ total: 3, carried: 1, kept: 1, failed: [{ media: 'movie/550', code: 'network' }] }),
  ),
  state: fc.constant('idle.fresh'),
});

/** Includes the step in which the page adopts the answer and shows it. */
async function askServer(reply: Reply) {
  const { fetch } = fetchOf([reply]);
  const ask = createServerClient('https://films.example/auth', {
    clock: createWallClock(systemClock),
    fetch,
  });
  return ask('session', { method: 'GET', signal: new AbortController().signal });
}

const SECRETS = ['a-secret-of-this-test-that-is-long-enough'];
const sealing = createSealing(SECRETS);
const ID = '00000000-0000-4000-8000-000000000000';

/** The client repeats a failed request to Restate's ingress for minutes, too long for this test. */
const isFinal = (reply: Reply) => 'thrown' in reply || reply.status < 500;

async function askRestate({ reply, answer, query }: { reply: Reply; answer: unknown; query: string }) {
  if ('thrown' in reply) return null;
  const sealed = await sealing.close('answer callback', { answer });
  const body = reply.body === '' ? textOf({ sealed }) : reply.body;
  const { fetch } = fetchOf([{ ...reply, body }]);
  const client = createRestateClient({ ingressURL: 'http://127.0.0.1:8080', secrets: SECRETS, fetch });
  await client.callback(ID, query);
  return 'matches';
}

export const talks: Parser[] = [
  parser({
    name: 'TMDB: every request, whatever comes back',
    weight: 0.3,
    input: fc.record({ ask: fc.constantFrom(...Object.keys(ASKS)), reply: replies }),
    run: ({ ask, reply }) =>
      (ASKS[ask] as Ask)(
        createClient({ credentials: CREDENTIALS, baseURL: BASE, fetch: fetchOf([reply]).fetch }),
        new AbortController().signal,
      ),
    judge: (result) =>
      assert.ok(result === undefined || result === null || ['object', 'number'].includes(typeof result)),
  }),
  parser({
    name: 'TMDB: an app’s own requests',
    weight: 0.1,
    input: replies,
    run: fetchSignedOut,
    judge(response) {
      assert.ok(response instanceof Response);
      assert.equal(response.url, `${BASE}/3/movie/550`);
    },
  }),
  parser({
    name: 'server: answers to a page',
    weight: 0.3,
    input: repliesWith(told),
    run: askServer,
    judge({ facts: found, approvalUrl, failure, carryOver, sessionMadeAt }) {
      areFacts(found, ['exchanging']);
      assert.equal(found.exchanging, false);
      if (approvalUrl !== null) assert.match(new URL(approvalUrl).protocol, /^https?:$/);
      if (failure) isFailure(failure);
      assert.ok(sessionMadeAt === null || isTime(sessionMadeAt));
      if (!carryOver) return;
      const { total, carried, kept, failed } = carryOver;
      for (const count of [total ?? 0, carried, kept])
        assert.ok(Number.isSafeInteger(count), `${count} ratings`);
      assert.ok(failed.every(({ media, code }) => typeof media === 'string' && typeof code === 'string'));
    },
    mayQuote: true,
  }),
  parser({
    name: 'Restate: answers and the return',
    weight: 0.1,
    input: fc.record({
      reply: repliesWith(fc.constant({ sealed: 'x' })).filter(isFinal),
      answer: fc.oneof(mutated(fc.constant({ matches: true })), junk),
      query: fc.oneof(
        queries.map((query) => `https://app.test/?${query}`),
        queries.map((query) => `http://[${query}`),
      ),
    }),
    run: askRestate,
    judge: (result) => assert.ok(result === null || result === 'matches'),
  }),
  parser({
    name: 'Restate: sealed messages',
    weight: 0.3,
    input: fc.oneof(junk, mutated(fc.constant({ sealed: 'a.b.c.d.e' }))),
    run: (sealed) => sealing.open('ask start', sealed),
    judge: (opened) => assert.equal(opened, null),
  }),
];
