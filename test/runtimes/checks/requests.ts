import { TmdbAuthError } from 'tmdb-auth';
import { holds, later, rejects, same } from './expect.ts';
import type { Checks } from './index.ts';
import { NEVER_LATE } from './world.ts';

const TOKEN = 'GET /3/authentication/token/new';
/** All checks share one account, so each uses its own film. */
const favorite = (media_id: number, favorite = true) => ({ media_type: 'movie', media_id, favorite });

/** Requests, answers and connections. */
export const requests: Checks = {
  'a key that TMDB does not know is rejected with invalid_api_key and the status code of TMDB': async (
    world,
  ) => {
    const auth = world.client({ credentials: { apiKey: 'f'.repeat(32) } });
    const error = await rejects(auth.validateCredentials(), 'invalid_api_key');
    same(
      [error.name, error.tmdbCode, error.httpStatus, error.retryable, error instanceof Error],
      ['TmdbAuthError', 7, 401, false, true],
      'the error',
    );
    await rejects(auth.login(), 'invalid_api_key');
    same(auth.getView().failure?.code, 'invalid_api_key', "the view's failure");
  },

  'a malformed credential is refused at once': async (world) => {
    const made = Promise.resolve().then(() => world.client({ credentials: { accessToken: 'nonsense' } }));
    await rejects(made, 'invalid_credentials');
  },

  'a request is repeated by itself when its connection breaks': async (world) => {
    const { clock } = world;
    await world.fault({ kind: 'dropBefore', match: TOKEN, times: 2 });
    const auth = world.client({ clock, ...NEVER_LATE });
    const cancelled = rejects(auth.login(), 'cancelled');
    const isThere = () => auth.getView().state.startsWith('awaitingApproval');
    await world.until(isThere, 'awaitingApproval', clock);
    await auth.cancel();
    await cancelled;
  },

  'a connection that stays broken fails with network, and retry() goes on once it works': async (world) => {
    const { clock } = world;
    await world.fault({ kind: 'dropBefore', match: TOKEN, times: 1_000 });
    const auth = world.client({ clock, ...NEVER_LATE });
    let hasEnded = false;
    const failed = later(
      rejects(auth.login(), 'network').finally(() => {
        hasEnded = true;
      }),
    );
    await world.until(() => hasEnded, 'the end of the tries', clock);
    await failed;
    same([auth.getView().state, auth.getView().can.retry], ['idle.failed', true], 'the view');
    await world.heal();
    const cancelled = rejects(auth.retry(), 'cancelled');
    await world.reaches(auth, 'awaitingApproval');
    await auth.cancel();
    await cancelled;
  },

  'a 429 is repeated after its Retry-After': async (world) => {
    const { clock } = world;
    await world.fault({ kind: 'rateLimited', match: TOKEN, retryAfter: 5 });
    const auth = world.client({ clock, ...NEVER_LATE });
    const cancelled = rejects(auth.login(), 'cancelled');
    await world.reaches(auth, 'tokenRequested.backoff');
    const isThere = () => auth.getView().state.startsWith('awaitingApproval');
    await world.until(isThere, 'awaitingApproval', clock);
    await auth.cancel();
    await cancelled;
  },

  'api() reads with the credential, and acts as the user': async (world) => {
    const auth = world.client();
    const movie = await auth.api<{ id: number }>('/3/movie/550');
    same(movie.id, 550, 'the film');
    await world.signIn(auth);
    const path = `/3/account/${auth.getView().account?.id}/favorite`;
    await auth.api(path, { method: 'POST', body: favorite(550) });
    same((await world.look()).favorites, 1, 'favourites at TMDB');
  },

  'fetch() sends a Request with a body, also a streamed one': async (world) => {
    const auth = world.client();
    await world.signIn(auth);
    const url = `${world.settings.baseURL}/3/account/${auth.getView().account?.id}/favorite`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(favorite(603));
    const marked = await auth.fetch(new Request(url, { method: 'POST', headers, body }));
    same([marked.status, marked.url], [201, url], 'the answer');
    same((await world.look()).favorites, 1, 'favourites at TMDB');
    const streamed = new Response(JSON.stringify(favorite(603, false))).body;
    const init = { method: 'POST', headers, body: streamed, duplex: 'half' } as RequestInit;
    const unmarked = await auth.fetch(url, init);
    same([unmarked.status, (await world.look()).favorites], [200, 0], 'after the stream');
  },

  'fetch() refuses the account while signed out, and the error contains no secret': async (world) => {
    const auth = world.client();
    const error = await rejects(auth.fetch('/3/account'), 'session_invalid');
    holds(
      !`${error.message} ${error.stack}`.includes(world.settings.accessToken),
      'the error contains no secret',
    );
    same((await world.look()).requests, [], 'requests');
  },

  "an aborted fetch() rejects with the caller's own reason": async (world) => {
    await world.fault({ kind: 'hang', match: 'GET /3/movie/550' });
    const auth = world.client();
    const aborter = new AbortController();
    const answer = auth.fetch('/3/movie/550', { signal: aborter.signal }).catch((reason) => reason);
    await world.until(async () => (await world.look()).isHeld, 'a request that hangs');
    aborter.abort(new Error('enough'));
    same((await answer).message, 'enough', 'the reason');
    await world.until(async () => !(await world.look()).isHeld, 'the end of its connection');
  },

  'no credential is sent to another origin': async (world) => {
    const auth = world.client();
    await world.signIn(auth);
    await auth.fetch(`${world.settings.control}/elsewhere`);
    const [visit] = (await world.look()).elsewhere;
    same(visit?.path, '/elsewhere', 'the visit');
    same(visit?.headers.includes('authorization'), false, 'authorization');
  },

  'no redirect is followed': async (world) => {
    const location = `${world.settings.control}/redirected`;
    const redirect = { kind: 'answer', status: 302, headers: { location } } as const;
    await world.fault({ ...redirect, match: 'GET /3/movie/550' });
    await world.fault({ ...redirect, match: TOKEN, times: 1_000 });
    const auth = world.client({ clock: world.clock, ...NEVER_LATE });
    // A page cannot see a redirect's status; other runtimes can.
    const answer = await auth.fetch('/3/movie/550').catch((error) => error);
    const isRefused = TmdbAuthError.is(answer) ? answer.code === 'bad_answer' : answer.status === 302;
    holds(isRefused, `the answer is the redirect or bad_answer: ${answer}`);
    let hasEnded = false;
    const failed = later(
      rejects(auth.login(), 'bad_answer').finally(() => {
        hasEnded = true;
      }),
    );
    await world.until(() => hasEnded, 'the end of the sign-in', world.clock);
    await failed;
    same((await world.look()).elsewhere, [], 'visits');
  },

  'the next call notices a session that was revoked at TMDB': async (world) => {
    const auth = world.client();
    await world.signIn(auth);
    await world.revoke();
    const { status } = await auth.fetch('/3/account');
    same(status, 401, 'the answer');
    await world.reaches(auth, 'idle.sessionRevoked');
  },
};
