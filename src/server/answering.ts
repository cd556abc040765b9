import { TmdbAuthError } from '../errors.ts';
import { EMPTY_RECORD, parseRecord } from '../session-record.ts';
import { within } from '../within.ts';
import { type Answer, json, redirect, refuse } from './answer.ts';
import type { createGate } from './gate.ts';
import { cookieJar, cookieOf, type Jar, nameOf } from './jar.ts';
import type { ServerSettings } from './options.ts';
import { PARTS } from './parts.ts';
import { fetchAs, type Glance, peek } from './peek.ts';
import { type Asked, askTmdb, createAllowList } from './proxy.ts';
import { fieldsOf, isSameSite, readBody, wantsJson } from './requests.ts';
import { landingOf, ROUTES } from './routes.ts';
import { away, type StoreJar, storeJar } from './store-jar.ts';
import { openTurn, type Turn } from './turn.ts';

/** What becomes known while it is handled. */
export interface Noted {
  route: string | null;
  states: readonly string[];
  tmdbRequests: number;
}

/** The record of whoever sent the request, where this site keeps records. */
export function jarOf(settings: ServerSettings, { headers }: Request): Jar | StoreJar {
  const header = headers.get('cookie');
  return settings.store ? storeJar(settings, settings.store, header) : cookieJar(settings, header);
}

/** Finds out what a request asks for, whether it may, and has it done. Rejects with what cannot be foreseen. */
export function createAnswering(settings: ServerSettings, gate: ReturnType<typeof createGate>) {
  const { basePath, client } = settings;
  const isProxied = createAllowList(settings.proxy);
  const shared = new Map<string, Promise<Answer>>();

  const health = async (): Promise<Answer> => {
    const body = { status: gate.isClosing() ? 'closing' : 'ok', underWay: gate.underWay() };
    const { store, deadline } = settings;
    const works = store && within(client.clock, deadline, () => store.getItem('tmdb-auth:health'));
    await works?.catch(() => {
      body.status = 'store_unavailable';
    });
    return {
      status: body.status === 'ok' ? 200 : 503,
      headers: [['content-type', 'application/json']],
      body: JSON.stringify(body),
    };
  };

  /** What was asked, done by a client of its own, for a record that could be read; its cookies come with the answer. */
  const withTurn = async (
    request: Request,
    event: Noted,
    jar: Jar,
    work: (turn: Turn) => Promise<Answer>,
    deadline = settings.deadline,
  ) => {
    const turn = openTurn(settings, jar, {
      isPatient: !wantsJson(request),
      deadline,
    });
    try {
      return await withCookies(await work(turn), jar);
    } finally {
      event.states = turn.states();
      event.tmdbRequests += turn.tmdbRequests();
      turn.dispose();
    }
  };

  const once = (key: string, work: () => Promise<Answer>): Promise<Answer> => {
    const present = shared.get(key);
    if (present) return present;
    const answer = work().finally(() => shared.delete(key));
    shared.set(key, answer);
    return answer;
  };

  return async (request: Request, event: Noted): Promise<Answer> => {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${basePath}/`)) return refuse('not_found');
    const path = url.pathname.slice(basePath.length);
    if (path === '/health' && /^(GET|HEAD)$/.test(request.method)) {
      event.route = 'health';
      return health();
    }
    if (gate.isClosing()) return refuse('closing');
    const name = path.slice(1);
    const isProxy = path.startsWith('/tmdb/');
    const methods = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
    if (!methods && !isProxy) return refuse('not_found');
    event.route = isProxy ? 'tmdb' : name;
    const found = methods && Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (methods && !found) return refuse('method', [['allow', Object.keys(methods).join(', ')]]);
    const isSafe = request.method === 'GET' || isSameSite(request, settings);
    if (!(found ? found.isAllowed(request, settings) : isSafe))
      return refuse('cross_site', [], notFrom(settings));
    const body = await readBody(request, settings);
    if (!body) return refuse('too_large');

    const jar = jarOf(settings, request);
    if (isProxy) {
      const tmdbPath = path.slice('/tmdb'.length);
      if (!isProxied(request.method, tmdbPath)) return refuse('not_found', [], NOT_PROXIED);
      const { method, headers } = request;
      const asked = { method, headers, path: tmdbPath, query: url.searchParams, body };
      const glance = peek(settings, await jar.open());
      const answer = glance && (await askAtOnce(settings, glance, asked, event));
      if (answer) return withCookies(answer, jar);
      return withTurn(request, event, jar, async (turn) => {
        const { facts } = await turn.view();
        const { signal, auth } = turn;
        const answered = await askTmdb(settings, { facts, signal, fetch: auth.fetch }, asked);
        // It may have learned that the session is gone, or that the guest is used.
        await turn.view();
        return answered;
      });
    }

    const glance = name === 'session' ? peek(settings, await jar.open()) : null;
    if (glance) {
      event.states = [glance.view.state];
      return withCookies(json(glance.view), jar);
    }
    const fields = fieldsOf(request, body);
    if (!fields || !found) return refuse('bad_request', [], 'The body is JSON or a form.');
    const asked = { request, url, settings, fields };
    const run = async () => {
      const before = parseRecord((await jar.open()) ?? '') ?? EMPTY_RECORD;
      return withTurn(
        request,
        event,
        jar,
        async (turn) => {
          const logoutElsewhere = () => logoutOthers(settings, turn, jar);
          const answer = await found.run({ ...asked, turn, logoutElsewhere });
          if (!jar.isLost()) return answer;
          // The next request would not know of it, and nobody else does.
          await turn.endNew(before.facts);
          throw away();
        },
        found.deadline,
      );
    };
    const runAndLand = () =>
      run().catch((error: unknown) => {
        if (!TmdbAuthError.is(error) || wantsJson(request) || name === 'session') throw error;
        return redirect(landingOf(asked), error.failure);
      });
    const cookies = found.isShared && ownCookies(settings, request);
    if (!cookies) return runAndLand();
    return once(
      [cookies, name, url.search, JSON.stringify(fields), wantsJson(request)].join(' '),
      runAndLand,
    );
  };
}

const notFrom = ({ origin }: ServerSettings) =>
  `Only a page of ${origin} may ask this (headers Origin and Sec-Fetch-Site). If that is not where users see the site, set the option origin.`;

const NOT_PROXIED = 'Pages of this site may not ask TMDB for that: see the option proxy.';

const withCookies = async (answer: Answer, jar: Jar): Promise<Answer> => {
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
  const { facts, state } = glance.view;
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
  event.states = [state];
  const ask = (signal: AbortSignal) => askTmdb(settings, { facts, fetch, signal }, asked);
  const answer = await within(client.clock, deadline, ask);
  return isRejected ? null : answer;
}

/**
 * Our cookies as they came, never opened here: requests share an answer only if all of them are the same, as many a
 * browser may have been left the same unreadable one.
 */
const ownCookies = (settings: ServerSettings, { headers }: Request) =>
  (settings.store ? ['id'] : PARTS)
    .map((part) => cookieOf(headers.get('cookie'), nameOf(settings, part)) ?? '')
    .join(' ')
    .trim();

async function logoutOthers(settings: ServerSettings, turn: Turn, jar: Jar | StoreJar): Promise<void> {
  const { account } = await turn.view();
  if (!account || !('recordsOf' in jar)) return;
  const { client, deadline } = settings;
  for (const other of await within(client.clock, deadline, () => jar.recordsOf(account.id))) {
    await other.open();
    const its = openTurn(settings, other, { isPatient: false });
    try {
      // Whoever has signed in as somebody else there since is left alone.
      if ((await its.view()).account?.id === account.id) await its.take(its.auth.logout);
    } finally {
      its.dispose();
    }
  }
}
