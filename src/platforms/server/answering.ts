import { authDelays } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import { EMPTY_RECORD, parseRecord } from '../../record/session-record.ts';
import { NO_SESSION, SESSION_HEADER } from '../../remote/session-header.ts';
import { type Answer, json, redirect, refuse, refuseOther } from './answer.ts';
import type { Arrival } from './arrival.ts';
import { createDeliveries } from './deliveries.ts';
import { createDevices } from './devices.ts';
import { createEnding } from './ending.ts';
import type { Gate } from './gate.ts';
import { cookieJar, cookiesNamed, type Jar, nameOf } from './jar.ts';
import type { Notes } from './notes.ts';
import type { HandlerEvent, ServerSettings } from './options.ts';
import { PARTS } from './parts.ts';
import { type Asked, askTmdb } from './proxy.ts';
import { endMade, type Made, openClient, type RequestClient } from './request-client.ts';
import { cookiesOf, fieldsOf, type RequestLike, wantsJson } from './requests.ts';
import { answerView, landingOf, type Route, type RouteForOthers } from './route-call.ts';
import { cancelPending, fetchAs, type Settled, settledIn } from './settled.ts';
import { isRecordNewer, type StoreJar, storeJar, storeUnavailable } from './store-jar.ts';

/** The parts of a `HandlerEvent` that are known only while the request is handled. */
export interface Progress {
  route: string | null;
  states: readonly string[];
  tmdbRequests: number;
  deviceCode: HandlerEvent['deviceCode'];
}

/**
 * The record of the browser that sent the request, in cookies or in the store. `presented`: the request token or
 * `state` of a return.
 */
export function jarOf(
  settings: ServerSettings,
  request: RequestLike,
  presented: readonly string[] = [],
): Jar | StoreJar {
  const header = cookiesOf(request);
  return settings.store ? storeJar(settings, settings.store, header, presented) : cookieJar(settings, header);
}

/** Answers a load balancer. Checks only the store. */
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

/** An accepted request and its body. */
interface Given {
  request: Request;
  body: ArrayBuffer;
  event: Progress;
}

/** Handles accepted requests. Rejects with unexpected errors. */
export function createAnswering(settings: ServerSettings, notes: Notes) {
  const shared = new Map<string, { answer: Promise<Answer>; requests: Request[] }>();
  const deliveries = createDeliveries(settings, notes);
  const ending = createEnding(settings, notes);
  const devices = createDevices(settings, notes);

  /** Runs `work` with a client for this request, and adds the cookies to its answer. */
  const withClient = async (
    { request, event }: Given,
    jar: Jar,
    work: (client: RequestClient) => Promise<Answer>,
    deadline = settings.deadline,
  ) => {
    const client = openClient(settings, jar, { isPatient: !wantsJson(request), deadline });
    try {
      return await withCookies(await work(client), jar);
    } finally {
      event.states = client.states();
      event.tmdbRequests += client.tmdbRequests();
      client.dispose();
    }
  };

  /** Concurrent requests with the same key share one `work`, which sees all of them in `requests`. */
  const shareAnswer = (key: string, request: Request, work: (requests: Request[]) => Promise<Answer>) => {
    const present = shared.get(key);
    present?.requests.push(request);
    if (present) return present.answer;
    const requests = [request];
    const answer = work(requests).finally(() => shared.delete(key));
    shared.set(key, { answer, requests });
    return answer;
  };

  const answerProxied = async (given: Given, path: string, url: URL): Promise<Answer> => {
    const { request, body, event } = given;
    const jar = jarOf(settings, request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asked = { method, headers: request.headers, path, query: url.searchParams, body };
    const text = await jar.open();
    if (jar.isMoved()) return refuse('busy');
    const meant = request.headers.get(SESSION_HEADER);
    if (meant !== null && meant !== sessionIn(text)) return refuseOther();
    const settled = settledIn(settings, text);
    const answer = settled && (await askAtOnce(settings, settled, asked, event));
    if (answer) return withCookies(answer, jar);
    return withClient(given, jar, async (client) => {
      await client.view();
      const { signal, auth } = client;
      const answered = await askTmdb(settings, { signal, fetch: auth.fetch }, asked);
      // The machine may have learned that the session is gone or that the guest is used.
      await client.view();
      return answered;
    });
  };

  const answerRoute = async (
    given: Given,
    name: string,
    route: Route | RouteForOthers,
    url: URL,
  ): Promise<Answer> => {
    const { request, body, event } = given;
    const fields = await fieldsOf(request, body);
    if (!fields) return refuse('bad_request', [], 'The body must be JSON or a form.');
    /** Sends a person on, with the failure in the address. A script gets it as JSON. */
    const orLand = (answer: Promise<Answer>) =>
      answer.catch((error: unknown) => {
        if (!TmdbAuthError.is(error) || isRecordNewer(error) || wantsJson(request) || name === 'session')
          throw error;
        return redirect(landingOf({ url, settings, fields }), error.failure);
      });
    if (!('run' in route)) {
      const call = { request, url, settings, fields, event };
      return devices ? orLand(route.answer({ ...call, devices })) : refuse('not_found');
    }
    const { searchParams } = url;
    const presented = [fields.requestToken, searchParams.get('request_token'), searchParams.get('state')];
    const jar = jarOf(
      settings,
      request,
      presented.filter((each) => typeof each === 'string'),
    );
    const asked = { request, url, settings, fields };
    // With a store another instance may write at the same time, so a client has to take the lock.
    const isAlone = name === 'cancel' && !settings.store;
    const text = name === 'session' || isAlone ? await jar.open() : null;
    const settled = name === 'session' && !jar.isMoved() ? settledIn(settings, text) : null;
    if (settled) {
      event.states = [settled.view.state];
      return withCookies(json(settled.view), jar);
    }
    const cancelled = isAlone ? cancelPending(settings, text) : null;
    if (cancelled) {
      event.states = cancelled.states;
      await jar.storage.remove('');
      return withCookies(answerView(asked, cancelled.view), jar);
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
      const note = (client: RequestClient) => {
        if (!made) return;
        const from = {
          ...before.secrets,
          requestToken: before.secrets.requestToken ?? client.requestToken(),
        };
        const present = { ...made, record: jar.name() };
        // In order: an older note must not overwrite one that knows more.
        noting = noting.then(() => ending.noteMade(from, present));
      };
      const work = async (client: RequestClient) => {
        // At once: the user may end the session before its account is known.
        client.onMade(before.facts, (present) => {
          made = present;
          note(client);
        });
        const answer = await route.run({
          ...asked,
          client,
          tooSoon: async () => (await devices?.tooSoon(client, event)) ?? null,
          logoutElsewhere: () => logoutOthers(settings, client, jar),
          isOwn: async (named) => jar.hasFollowed() || (await ending.isOwn(named, client.sessionId())),
          noteBegun: (state) => ending.noteBegun(state, client.requestToken()),
          endSignIn: (named) => ending.end(named, request),
        });
        // The record was not saved, so no later request could find or end the session.
        if (jar.isLost()) {
          if (made) await endMade(settings, made);
          throw storeUnavailable();
        }
        // The record has a new name now.
        if (settings.store) note(client);
        await noting;
        const [was, is] = [before.secrets.sessionId, client.sessionId()];
        if (was !== null && is !== was) await deliveries.ended(was);
        if (is !== null && (made || jar.hasFollowed()) && isListening(requests))
          await deliveries.received(is);
        const begun = before.secrets.requestToken;
        const mayMake = request.method === 'POST';
        return devices ? devices.withCode(answer, client, { begun, mayMake, event }) : answer;
      };
      const answer = await withClient(given, jar, work, route.deadline);
      if (!isDelivered || !made) return answer;
      return deliveries.sent(key, { answer, made }, isListening(requests), jar);
    };
    const runAndLand = (requests: Request[]) => orLand(run(requests));
    return isShared ? shareAnswer(key, request, runAndLand) : runAndLand([request]);
  };

  return {
    answer(arrival: Arrival, given: Given): Promise<Answer> {
      return arrival.kind === 'route'
        ? answerRoute(given, arrival.name, arrival.route, arrival.url)
        : answerProxied(given, arrival.path, arrival.url);
    },
    close: deliveries.close,
  };
}

/** The session's `createdAt`, by which a page names the session it shows. */
const sessionIn = (text: string | null): string =>
  String((text !== null && parseRecord(text)?.facts.session?.createdAt) || NO_SESSION);

/** Whether a browser still waits for the answer. Some runtimes have no `signal` that tells. */
const isListening = (requests: readonly Request[]) => requests.some(({ signal }) => !signal?.aborted);

const withCookies = async <Given extends Answer>(answer: Given, jar: Jar): Promise<Given> => {
  const cookies = (await jar.cookies()).map((cookie): [string, string] => ['set-cookie', cookie]);
  return { ...answer, headers: [...answer.headers, ...cookies] };
};

/** Asks TMDB without starting a machine. Null if TMDB no longer knows the session, which a machine has to handle. */
async function askAtOnce(
  settings: ServerSettings,
  settled: Settled,
  asked: Asked,
  event: Progress,
): Promise<Answer | null> {
  const { client, deadline } = settings;
  let isRejected = false;
  const fetch = fetchAs(
    settings,
    settled,
    () => {
      isRejected = true;
    },
    (input, init) => {
      event.tmdbRequests += 1;
      return client.fetch(input, init);
    },
  );
  event.states = [settled.view.state];
  const ask = (signal: AbortSignal) => askTmdb(settings, { fetch, signal }, asked);
  const answer = await within(client.clock, deadline, ask);
  return isRejected ? null : answer;
}

/**
 * Our cookies, still sealed. Requests share an answer only if all of these are equal: one equal cookie is not enough,
 * as several browsers may hold the same unreadable one.
 */
const ownCookies = (settings: ServerSettings, { headers }: Request) =>
  (settings.store ? ['id'] : PARTS)
    .flatMap((part) =>
      cookiesNamed(headers.get('cookie'), nameOf(settings, part)).map((value) => `${part}=${value}`),
    )
    .join(' ');

async function logoutOthers(
  settings: ServerSettings,
  client: RequestClient,
  jar: Jar | StoreJar,
): Promise<void> {
  const { account } = await client.view();
  if (!account || !('recordsOf' in jar)) return;
  const { deadline } = settings;
  for (const other of await within(settings.client.clock, deadline, () => jar.recordsOf(account.id))) {
    try {
      await other.open();
    } catch (error) {
      // The newer version notices at its next request that TMDB has ended the session.
      if (isRecordNewer(error)) continue;
      throw error;
    }
    const otherClient = openClient(settings, other, { isPatient: false });
    try {
      // By now another user may be signed in there.
      if ((await otherClient.view()).account?.id === account.id)
        await otherClient.perform(otherClient.auth.logout);
    } finally {
      otherClient.dispose();
    }
  }
}
