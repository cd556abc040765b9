import { TmdbAuthError } from '../errors.ts';
import { EMPTY_RECORD, parseRecord } from '../session-record.ts';
import { within } from '../within.ts';
import { type Answer, json, redirect, refuse } from './answer.ts';
import type { Arrival } from './arrival.ts';
import { createDeliveries } from './deliveries.ts';
import { createEnding } from './ending.ts';
import type { Gate } from './gate.ts';
import { cookieJar, cookiesNamed, type Jar, nameOf } from './jar.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { PARTS } from './parts.ts';
import { fetchAs, type Glance, peek } from './peek.ts';
import { type Asked, askTmdb } from './proxy.ts';
import { cookiesOf, fieldsOf, type RequestLike, wantsJson } from './requests.ts';
import { landingOf, type Route } from './routes.ts';
import { away, type StoreJar, storeJar } from './store-jar.ts';
import { openTurn, type Turn } from './turn.ts';

/** What becomes known while it is handled. */
export interface Noted {
  route: string | null;
  states: readonly string[];
  tmdbRequests: number;
}

/** The record of the browser that sent the request, where this site keeps records. */
export function jarOf(settings: ServerSettings, request: RequestLike): Jar | StoreJar {
  const header = cookiesOf(request);
  return settings.store ? storeJar(settings, settings.store, header) : cookieJar(settings, header);
}

/** Answers a balancer. It waits for nothing but the store. */
export async function health({ client, store, deadline }: ServerSettings, gate: Gate): Promise<Answer> {
  const body = { status: gate.isClosing() ? 'closing' : 'ok', underWay: gate.underWay() };
  const works = store && within(client.clock, deadline, () => store.getItem('tmdb-auth:health'));
  await works?.catch(() => {
    body.status = 'store_unavailable';
  });
  return {
    status: body.status === 'ok' ? 200 : 503,
    headers: [['content-type', 'application/json']],
    body: JSON.stringify(body),
  };
}

/** A request that may be answered, and its body. */
interface Given {
  request: Request;
  body: Uint8Array<ArrayBuffer>;
  event: Noted;
}

/** Has done what a request asks for. Rejects with what cannot be foreseen. */
export function createAnswering(settings: ServerSettings, notes: Notes) {
  const shared = new Map<string, { answer: Promise<Answer>; signals: AbortSignal[] }>();
  const deliveries = createDeliveries(settings, notes);
  const ending = createEnding(settings, notes);

  /** What was asked, done by a client of its own, for a record that could be read; its cookies come with the answer. */
  const withTurn = async (
    { request, event }: Given,
    jar: Jar,
    work: (turn: Turn) => Promise<Answer>,
    deadline = settings.deadline,
  ) => {
    const turn = openTurn(settings, jar, { isPatient: !wantsJson(request), deadline });
    try {
      return await withCookies(await work(turn), jar);
    } finally {
      event.states = turn.states();
      event.tmdbRequests += turn.tmdbRequests();
      turn.dispose();
    }
  };

  /**
   * Requests for the same thing at the same time are one. `hasLeft` tells whether none of their browsers waits any more:
   * a reload leaves the first request and joins it with a second one.
   */
  const once = (
    key: string,
    signal: AbortSignal,
    work: (hasLeft: () => boolean) => Promise<Answer>,
  ): Promise<Answer> => {
    const present = shared.get(key);
    if (present) {
      present.signals.push(signal);
      return present.answer;
    }
    const signals = [signal];
    const hasLeft = () => signals.every(({ aborted }) => aborted);
    const answer = work(hasLeft).finally(() => shared.delete(key));
    shared.set(key, { answer, signals });
    return answer;
  };

  const forTmdb = async (given: Given, path: string, url: URL): Promise<Answer> => {
    const { request, body, event } = given;
    const jar = jarOf(settings, request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asked = { method, headers: request.headers, path, query: url.searchParams, body };
    const glance = peek(settings, await jar.open());
    const answer = glance && (await askAtOnce(settings, glance, asked, event));
    if (answer) return withCookies(answer, jar);
    return withTurn(given, jar, async (turn) => {
      await turn.view();
      const { signal, auth } = turn;
      const answered = await askTmdb(settings, { signal, fetch: auth.fetch }, asked);
      // It may have learned that the session is gone, or that the guest is used.
      await turn.view();
      return answered;
    });
  };

  const forRoute = async (given: Given, name: string, route: Route, url: URL): Promise<Answer> => {
    const { request, body, event } = given;
    const jar = jarOf(settings, request);
    const glance = name === 'session' ? peek(settings, await jar.open()) : null;
    if (glance) {
      event.states = [glance.view.state];
      return withCookies(json(glance.view), jar);
    }
    const fields = await fieldsOf(request, body);
    if (!fields) return refuse('bad_request', [], 'The body is JSON or a form.');
    const asked = { request, url, settings, fields };
    const cookies = ownCookies(settings, request);
    const key = [cookies, name, url.search, JSON.stringify(fields), wantsJson(request)].join(' ');
    const isShared = route.isShared && cookies !== '';

    const run = async (hasLeft?: () => boolean) => {
      const before = parseRecord((await jar.open()) ?? '') ?? EMPTY_RECORD;
      const work = async (turn: Turn) => {
        const answer = await route.run({
          ...asked,
          turn,
          logoutElsewhere: () => logoutOthers(settings, turn, jar),
          isOwn: (named) => ending.isOwn(named, turn.sessionId()),
          noteBegun: (state) => ending.noteBegun(state, turn.requestToken()),
          endSignIn: (named) => ending.end(named, request),
        });
        const made = turn.madeSince(before.facts);
        if (made && jar.isLost()) await ending.undo(made);
        else if (made) await ending.noteMade(before.secrets, made);
        const { sessionId } = before.secrets;
        if (sessionId !== null && turn.sessionId() !== sessionId) await deliveries.ended(sessionId);
        // The next request would not know of it, and no other does.
        if (jar.isLost()) throw away();
        return made ? { ...answer, made } : answer;
      };
      const answer = await withTurn(given, jar, work, route.deadline);
      return hasLeft ? deliveries.sent(key, answer, hasLeft, jar) : answer;
    };
    const runAndLand = (hasLeft?: () => boolean) =>
      run(hasLeft).catch((error: unknown) => {
        if (!TmdbAuthError.is(error) || wantsJson(request) || name === 'session') throw error;
        return redirect(landingOf(asked), error.failure);
      });
    if (!isShared) return runAndLand();
    return once(key, request.signal, async (hasLeft) => (await deliveries.again(key)) ?? runAndLand(hasLeft));
  };

  return {
    answer(arrival: Exclude<Arrival, { name: 'health' }>, given: Given): Promise<Answer> {
      return 'route' in arrival
        ? forRoute(given, arrival.name, arrival.route, arrival.url)
        : forTmdb(given, arrival.path, arrival.url);
    },
    close: deliveries.close,
  };
}

const withCookies = async <Told extends Answer>(answer: Told, jar: Jar): Promise<Told> => {
  const cookies = (await jar.cookies()).map((cookie): [string, string] => ['set-cookie', cookie]);
  return { ...answer, headers: [...answer.headers, ...cookies] };
};

/** Without a machine that runs. Null if it is one that has to hear of it: TMDB does not know the session any more. */
async function askAtOnce(
  settings: ServerSettings,
  glance: Glance,
  asked: Asked,
  event: Noted,
): Promise<Answer | null> {
  const { client, deadline } = settings;
  let isRejected = false;
  const fetch = fetchAs(
    settings,
    glance,
    () => {
      isRejected = true;
    },
    (input, init) => {
      event.tmdbRequests += 1;
      return client.fetch(input, init);
    },
  );
  event.states = [glance.view.state];
  const ask = (signal: AbortSignal) => askTmdb(settings, { fetch, signal }, asked);
  const answer = await within(client.clock, deadline, ask);
  return isRejected ? null : answer;
}

/**
 * Our cookies as they came, never opened here: requests share an answer only if all of them are the same, as many a
 * browser may have been left the same unreadable one.
 */
const ownCookies = (settings: ServerSettings, { headers }: Request) =>
  (settings.store ? ['id'] : PARTS)
    .flatMap((part) =>
      cookiesNamed(headers.get('cookie'), nameOf(settings, part)).map((value) => `${part}=${value}`),
    )
    .join(' ');

async function logoutOthers(settings: ServerSettings, turn: Turn, jar: Jar | StoreJar): Promise<void> {
  const { account } = await turn.view();
  if (!account || !('recordsOf' in jar)) return;
  const { client, deadline } = settings;
  for (const other of await within(client.clock, deadline, () => jar.recordsOf(account.id))) {
    await other.open();
    const its = openTurn(settings, other, { isPatient: false });
    try {
      // A browser that is signed in as another user since is left alone.
      if ((await its.view()).account?.id === account.id) await its.take(its.auth.logout);
    } finally {
      its.dispose();
    }
  }
}
