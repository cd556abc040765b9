import { authDelays } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import { EMPTY_RECORD, parseRecord } from '../../record/session-record.ts';
import { NO_SESSION, SESSION_HEADER } from '../../remote/session-header.ts';
import { type Answer, json, redirect, refuse, refuseOther } from './answer.ts';
import type { Arrival } from './arrival.ts';
import { createDeliveries } from './deliveries.ts';
import { createEnding } from './ending.ts';
import type { Gate } from './gate.ts';
import { cookieJar, cookiesNamed, type Jar, nameOf } from './jar.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { PARTS } from './parts.ts';
import { fetchAs, type Glance, giveUp, peek } from './peek.ts';
import { type Asked, askTmdb } from './proxy.ts';
import { cookiesOf, fieldsOf, type RequestLike, wantsJson } from './requests.ts';
import { away, isOfNewer, type StoreJar, storeJar } from './store-jar.ts';
import { endMade, type Made, openTurn, type Turn } from './turn.ts';
import { landingOf, type Route, tell } from './visit.ts';

/** What becomes known while it is handled. */
export interface Noted {
  route: string | null;
  states: readonly string[];
  tmdbRequests: number;
}

/**
 * The record of the browser that sent the request, where this site keeps records. `shown`: by what a return names its
 * sign-in.
 */
export function jarOf(
  settings: ServerSettings,
  request: RequestLike,
  shown: readonly string[] = [],
): Jar | StoreJar {
  const header = cookiesOf(request);
  return settings.store ? storeJar(settings, settings.store, header, shown) : cookieJar(settings, header);
}

/** Answers a balancer. It waits for nothing but the store. */
export async function health({ client, store }: ServerSettings, gate: Gate): Promise<Answer> {
  const body = { status: gate.isClosing() ? 'closing' : 'ok', underWay: gate.underWay() };
  const works =
    store && within(client.clock, authDelays.storageTimeout, () => store.getItem('tmdb-auth:health'));
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
  body: ArrayBuffer;
  event: Noted;
}

/** Has done what a request asks for. Rejects with what cannot be foreseen. */
export function createAnswering(settings: ServerSettings, notes: Notes) {
  const shared = new Map<string, { answer: Promise<Answer>; requests: Request[] }>();
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

  /** Requests for the same thing at the same time are one; `work` sees all that wait for it. */
  const once = (key: string, request: Request, work: (requests: Request[]) => Promise<Answer>) => {
    const present = shared.get(key);
    present?.requests.push(request);
    if (present) return present.answer;
    const requests = [request];
    const answer = work(requests).finally(() => shared.delete(key));
    shared.set(key, { answer, requests });
    return answer;
  };

  const forTmdb = async (given: Given, path: string, url: URL): Promise<Answer> => {
    const { request, body, event } = given;
    const jar = jarOf(settings, request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asked = { method, headers: request.headers, path, query: url.searchParams, body };
    const text = await jar.open();
    if (jar.isMoved()) return refuse('busy');
    const meant = request.headers.get(SESSION_HEADER);
    if (meant !== null && meant !== sessionIn(text)) return refuseOther();
    const glance = peek(settings, text);
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
    const fields = await fieldsOf(request, body);
    if (!fields) return refuse('bad_request', [], 'The body is JSON or a form.');
    const { searchParams } = url;
    const shown = [fields.requestToken, searchParams.get('request_token'), searchParams.get('state')];
    const jar = jarOf(
      settings,
      request,
      shown.filter((each) => typeof each === 'string'),
    );
    const asked = { request, url, settings, fields };
    // Another instance may write to a store meanwhile: there a client takes turns with it.
    const isAlone = name === 'cancel' && !settings.store;
    const text = name === 'session' || isAlone ? await jar.open() : null;
    const glance = name === 'session' && !jar.isMoved() ? peek(settings, text) : null;
    if (glance) {
      event.states = [glance.view.state];
      return withCookies(json(glance.view), jar);
    }
    const givenUp = isAlone ? giveUp(settings, text) : null;
    if (givenUp) {
      event.states = givenUp.states;
      await jar.storage.remove('');
      return withCookies(tell(asked, givenUp.view), jar);
    }
    const cookies = ownCookies(settings, request);
    const key = [cookies, name, url.search, JSON.stringify(fields), wantsJson(request)].join(' ');
    const isShared = route.isShared && cookies !== '';
    const isDelivered = route.isDelivered && cookies !== '';

    const run = async (requests: Request[]): Promise<Answer> => {
      const before = parseRecord((await jar.open()) ?? '') ?? EMPTY_RECORD;
      const finished = isDelivered ? await deliveries.again(key) : null;
      if (finished) return finished;
      if (jar.isMoved()) return wantsJson(request) ? refuse('busy') : redirect(landingOf(asked));
      let made = null as Made | null;
      let noting = Promise.resolve();
      const note = (turn: Turn) => {
        if (!made) return;
        const from = { ...before.secrets, requestToken: before.secrets.requestToken ?? turn.requestToken() };
        const present = { ...made, record: jar.name() };
        // One after the other: a note of less must not be written over one of more.
        noting = noting.then(() => ending.noteMade(from, present));
      };
      const work = async (turn: Turn) => {
        // As soon as there is one: the user may want it ended before it is known whose account it is.
        turn.onMade(before.facts, (present) => {
          made = present;
          note(turn);
        });
        const answer = await route.run({
          ...asked,
          turn,
          logoutElsewhere: () => logoutOthers(settings, turn, jar),
          isOwn: async (named) => jar.hasFollowed() || (await ending.isOwn(named, turn.sessionId())),
          noteBegun: (state) => ending.noteBegun(state, turn.requestToken()),
          endSignIn: (named) => ending.end(named, request),
        });
        // The next request would not know of it, and no other does.
        if (jar.isLost()) {
          if (made) await endMade(settings, made);
          throw away();
        }
        // Its record has another name by now.
        if (settings.store) note(turn);
        await noting;
        const [was, is] = [before.secrets.sessionId, turn.sessionId()];
        if (was !== null && is !== was) await deliveries.ended(was);
        if (is !== null && (made || jar.hasFollowed()) && isListening(requests))
          await deliveries.received(is);
        return answer;
      };
      const answer = await withTurn(given, jar, work, route.deadline);
      if (!isDelivered || !made) return answer;
      return deliveries.sent(key, { answer, made }, isListening(requests), jar);
    };
    const runAndLand = (requests: Request[]) =>
      run(requests).catch((error: unknown) => {
        if (!TmdbAuthError.is(error) || isOfNewer(error) || wantsJson(request) || name === 'session')
          throw error;
        return redirect(landingOf(asked), error.failure);
      });
    return isShared ? once(key, request, runAndLand) : runAndLand([request]);
  };

  return {
    answer(arrival: Arrival, given: Given): Promise<Answer> {
      return arrival.kind === 'route'
        ? forRoute(given, arrival.name, arrival.route, arrival.url)
        : forTmdb(given, arrival.path, arrival.url);
    },
    close: deliveries.close,
  };
}

/** Tells sessions apart, as pages name the one they show. */
const sessionIn = (text: string | null): string =>
  String((text !== null && parseRecord(text)?.facts.session?.createdAt) || NO_SESSION);

/** Whether a browser is still there to get the answer. Not every runtime has a `signal` that says so. */
const isListening = (requests: readonly Request[]) => requests.some(({ signal }) => !signal?.aborted);

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
    try {
      await other.open();
    } catch (error) {
      // A newer version signs that browser out when it hears from TMDB.
      if (isOfNewer(error)) continue;
      throw error;
    }
    const its = openTurn(settings, other, { isPatient: false });
    try {
      // A browser that is signed in as another user since is left alone.
      if ((await its.view()).account?.id === account.id) await its.take(its.auth.logout);
    } finally {
      its.dispose();
    }
  }
}
