import type { AuthView, FailureCode, StoragePort, TmdbAuth } from '../../src/index.ts';
import { TmdbAuthError } from '../../src/index.ts';
import { settingsOf } from '../../src/options.ts';
import { parseRecord } from '../../src/record/session-record.ts';
import { APP, callback } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';

export const ALWAYS = Number.POSITIVE_INFINITY;

type End<Value> = { value: Value } | { error: unknown };

/** The outcome of a promise; simulated time runs meanwhile. Throws if the promise does not settle. */
export async function ended<Value>(world: World, promise: Promise<Value>): Promise<End<Value>> {
  let end: End<Value> | undefined;
  promise.then(
    (value) => {
      end = { value };
    },
    (error: unknown) => {
      end = { error };
    },
  );
  await world.until(
    () => end !== undefined,
    () => 'a promise to settle',
  );
  return end as unknown as End<Value>;
}

/** The code with which a promise rejects, or `resolved`. Simulated time runs meanwhile. */
export async function codeOf(world: World, promise: Promise<unknown>): Promise<FailureCode | 'resolved'> {
  const end = await ended(world, promise);
  if ('value' in end) return 'resolved';
  if (TmdbAuthError.is(end.error)) return end.error.code;
  throw end.error;
}

/** The value of a promise. Simulated time runs meanwhile. */
export async function resultOf<Value>(world: World, promise: Promise<Value>): Promise<Value> {
  const end = await ended(world, promise);
  if ('value' in end) return end.value;
  throw end.error;
}

/** The view a promise resolves to. Simulated time runs meanwhile. @alias */
export const viewOf: (world: World, promise: Promise<AuthView>) => Promise<AuthView> = resultOf;

/** Resolves when TMDB has answered every request and none follows. */
export async function allQuiet(world: World): Promise<void> {
  let asked = -1;
  while (asked !== world.tmdb.requests.length) {
    asked = world.tmdb.requests.length;
    await world.until(
      () => world.tmdb.requests.every(({ open }) => !open),
      () => 'an answer to every request',
    );
    await quiet();
  }
}

/** Begins a sign-in and brings it to the approval page. */
export async function toApproval(world: World, auth: TmdbAuth) {
  const done = auth.login({ redirectTo: APP });
  done.catch(() => {});
  await world.reaches(auth, 'awaitingApproval.waiting');
  return { done, requestToken: world.token(auth) };
}

/** Begins a sign-in and lets the user approve it; handling the return is left to the test. */
export async function toCallback(world: World, auth: TmdbAuth) {
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  return { done, requestToken, url: callback(requestToken) };
}

/** The key of this world’s record in its storage. */
export const storageKeyOf = ({ tmdb: { baseURL, accessToken } }: World) =>
  settingsOf({ credentials: { accessToken }, baseURL }).storageKey;

/** The stored record, as text. */
export const storedIn = (world: World): Promise<string | null> =>
  Promise.resolve(world.storage.get(storageKeyOf(world)));

/** The stored secrets of this world. */
export async function secretsOf(world: World): Promise<Record<string, string | null>> {
  const text = await storedIn(world);
  return { ...(text === null ? null : parseRecord(text)?.secrets) };
}

/** Wraps a storage and replaces some of its operations. */
export const brokenStorage = (base: StoragePort, broken: Partial<StoragePort>): StoragePort => ({
  get: (key) => base.get(key),
  set: (key, value) => base.set(key, value),
  remove: (key) => base.remove(key),
  ...broken,
});

export const never = <T>() => new Promise<T>(() => {});

/** A `fetch` that ignores its signal and withholds the answers that `isHeld` selects until `release`. */
export function stubbornFetch(isHeld: (label: string) => boolean) {
  const signals: (AbortSignal | null | undefined)[] = [];
  const labels: string[] = [];
  let open: () => void = () => {};
  let gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let answered = 0;
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { signal, ...rest } = init;
    const request = new Request(input, rest);
    const label = `${request.method} ${new URL(request.url).pathname}`;
    labels.push(label);
    signals.push(signal);
    const response = await globalThis.fetch(request);
    if (isHeld(label)) await gate;
    answered += 1;
    return response;
  };
  return {
    fetch,
    labels,
    signals,
    answered: () => answered,
    release() {
      open();
      gate = Promise.resolve();
    },
  };
}

/** Waits real turns of the event loop, so that everything under way in this process finishes. */
export async function quiet(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Runs `act` and returns the uncaught errors. */
export async function uncaughtDuring(act: () => Promise<void>): Promise<unknown[]> {
  const others = process.listeners('uncaughtException');
  const caught: unknown[] = [];
  process.removeAllListeners('uncaughtException');
  const note = (error: unknown) => void caught.push(error);
  process.on('uncaughtException', note);
  try {
    await act();
    await quiet();
  } finally {
    process.off('uncaughtException', note);
    for (const listener of others) process.on('uncaughtException', listener);
  }
  return caught;
}

/** A user who is signed in, with every secret that could leak. TMDB’s log of requests is empty. */
export async function signedIn(options: Parameters<World['client']>[0] = {}) {
  const world = await createWorld();
  const auth = world.client(options);
  await world.signIn(auth);
  const { sessionId = null } = await secretsOf(world);
  world.tmdb.resetRequests();
  return { world, auth, secrets: [world.tmdb.accessToken, world.tmdb.apiKey, sessionId] };
}
