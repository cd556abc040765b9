import { within } from '../within.ts';
import { type Answer, json, refuse } from './answer.ts';
import type { createGate } from './gate.ts';
import { cookieJar, cookieOf, type Jar, nameOf } from './jar.ts';
import type { ServerSettings } from './options.ts';
import { PARTS } from './parts.ts';
import { peek } from './peek.ts';
import { askTmdb, createAllowList } from './proxy.ts';
import { fieldsOf, isSameSite, readBody, wantsJson } from './requests.ts';
import { ROUTES } from './routes.ts';
import { type StoreJar, storeJar } from './store-jar.ts';
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

  /** What was asked, done by a client of its own; its cookies come with the answer. */
  const withTurn = async (
    request: Request,
    event: Noted,
    work: (turn: Turn, jar: Jar | StoreJar) => Promise<Answer>,
    deadline = settings.deadline,
  ) => {
    const jar = jarOf(settings, request);
    const turn = openTurn(settings, jar, {
      isPatient: !wantsJson(request),
      deadline,
    });
    try {
      const answer = await work(turn, jar);
      return { ...answer, headers: [...answer.headers, ...(await cookiesOf(jar))] };
    } finally {
      event.states = turn.states();
      event.tmdbRequests = turn.tmdbRequests();
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

    if (isProxy) {
      const tmdbPath = path.slice('/tmdb'.length);
      if (!isProxied(request.method, tmdbPath)) return refuse('not_found', [], NOT_PROXIED);
      const { method, headers } = request;
      return withTurn(request, event, async (turn) => {
        const answer = await askTmdb(settings, turn, {
          method,
          headers,
          path: tmdbPath,
          query: url.searchParams,
          body,
        });
        // It may have learned that the session is gone, or that the guest is used.
        await turn.view();
        return answer;
      });
    }

    if (name === 'session') {
      const jar = jarOf(settings, request);
      const view = await peek(settings, jar);
      if (view) {
        event.states = [view.state];
        const answer = json(view);
        return { ...answer, headers: [...answer.headers, ...(await cookiesOf(jar))] };
      }
    }
    const fields = fieldsOf(request, body);
    if (!fields || !found) return refuse('bad_request', [], 'The body is JSON or a form.');
    const run = () =>
      withTurn(
        request,
        event,
        (turn, jar) =>
          found.run({
            request,
            url,
            settings,
            turn,
            fields,
            logoutElsewhere: () => logoutElsewhere(settings, turn, jar),
          }),
        found.deadline,
      );
    const cookies = found.isShared && ownCookies(settings, request);
    if (!cookies) return run();
    return once([cookies, name, url.search, JSON.stringify(fields), wantsJson(request)].join(' '), run);
  };
}

const notFrom = ({ origin }: ServerSettings) =>
  `Only a page of ${origin} may ask this (headers Origin and Sec-Fetch-Site). If that is not where users see the site, set the option origin.`;

const NOT_PROXIED = 'Pages of this site may not ask TMDB for that: see the option proxy.';

const cookiesOf = async (jar: Jar) =>
  (await jar.cookies()).map((cookie): [string, string] => ['set-cookie', cookie]);

/**
 * Our cookies as they came, never opened here: requests share an answer only if all of them are the same, as many a
 * browser may have been left the same unreadable one.
 */
const ownCookies = (settings: ServerSettings, { headers }: Request) =>
  (settings.store ? ['id'] : PARTS)
    .map((part) => cookieOf(headers.get('cookie'), nameOf(settings, part)) ?? '')
    .join(' ')
    .trim();

async function logoutElsewhere(settings: ServerSettings, turn: Turn, jar: Jar | StoreJar): Promise<void> {
  const { account } = await turn.view();
  if (!account || !('recordsOf' in jar)) return;
  const { client, deadline } = settings;
  for (const other of await within(client.clock, deadline, () => jar.recordsOf(account.id))) {
    const its = openTurn(settings, other, { isPatient: false });
    try {
      // Whoever has signed in as somebody else there since is left alone.
      if ((await its.view()).account?.id === account.id) await its.take(its.auth.logout);
    } finally {
      its.dispose();
    }
  }
}
