import { isChange } from '../../tmdb/paths.ts';
import { type Answer, refuse, refusePrefetch } from './answer.ts';
import type { ServerSettings } from './options.ts';
import { askFirst, otherOrigin } from './pages.ts';
import { isAhead, isSameSite, isVisit, otherOriginOf, wantsJson } from './requests.ts';
import { ROUTES } from './routes.ts';
import { landingOf, type Route } from './visit.ts';

/** A request that may be answered. */
export type Arrival =
  | { kind: 'tmdb'; name: 'tmdb'; path: string; url: URL }
  | { kind: 'route'; name: string; route: Route; url: URL };

/** What a request is, by its line and its headers. `name`: the route, null for an address that is none. */
type Judged =
  | Arrival
  | { kind: 'health'; name: 'health' }
  | { kind: 'refused'; name: string | null; refusal: Answer };

/**
 * What is asked for below the base path, without a slash at its end, or null. Frameworks and proxies take the first
 * parts of the path off (Next's `basePath`, Express's `app.use`), and some put a slash at the end of every path.
 */
function routeIn(pathname: string, basePath: string): string | null {
  for (let tail = basePath; ; tail = tail.replace(/^\/[^/]+/, '')) {
    if (pathname.startsWith(`${tail}/`)) return pathname.slice(tail.length + 1).replace(/\/$/, '');
    if (tail === '') return null;
  }
}

/** Judges a request by its line and its headers, before anything of its body is read. */
export function createArrivals(
  settings: ServerSettings,
  isProxied: (method: string, path: string) => boolean,
) {
  return (request: Request): Judged => {
    const url = new URL(request.url);
    const asked = routeIn(url.pathname, settings.basePath);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const no = (name: string | null, refusal: Answer): Judged => ({ kind: 'refused', name, refusal });

    if (asked === 'health' && method === 'GET') return { kind: 'health', name: 'health' };
    const path = asked?.startsWith('tmdb/') ? asked.slice('tmdb'.length) : null;
    const methods = asked !== null && Object.hasOwn(ROUTES, asked) ? ROUTES[asked] : undefined;
    if (asked === null || (!methods && path === null)) return no(null, refuse('not_found'));
    const name = path === null ? asked : 'tmdb';
    const route = methods && Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (methods && !route) return no(name, refuse('method', [['allow', allowed(methods)]]));

    const seen = otherOriginOf(request, settings);
    if (seen !== null) return no(name, notHere(request, settings, seen));
    // A page that is prerendered already reads who is signed in; `Purpose` goes along with its requests.
    const isRead = route ? method === 'GET' && !route.isVisit : !isChange(method, path ?? '');
    if (isAhead(request) && !isRead) return no(name, refusePrefetch());
    const isAllowed = route
      ? route.isAllowed(request, settings)
      : !isChange(method, path ?? '') || isSameSite(request, settings);
    if (!isAllowed) return no(name, notAllowed(request, settings, name));
    if (route?.isVisit) {
      // The head says that the address exists.
      if (request.method === 'HEAD') return no(name, { status: 200, headers: [], body: null });
      if (!isVisit(request) && !wantsJson(request)) return no(name, refusePrefetch());
    }
    if (route) return { kind: 'route', name, route, url };
    if (path === null || !isProxied(method, path)) return no(name, refuse('not_found', [], NOT_PROXIED));
    return { kind: 'tmdb', name: 'tmdb', path, url };
  };
}

const allowed = (methods: object) =>
  Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method))
    .join(', ');

const notFrom = ({ origin }: ServerSettings) =>
  `Only a page of ${origin} may ask this (headers Origin and Sec-Fetch-Site). If that is not where users see the site, set the option origin.`;

const NOT_PROXIED = 'Pages of this site may not ask TMDB for that: see the option proxy.';

/** A person who followed a link to the sign-in is asked; anything else is refused in words. */
function notAllowed(request: Request, settings: ServerSettings, name: string): Answer {
  const told = refuse('cross_site', [], notFrom(settings));
  if (name !== 'login' || request.method !== 'GET' || wantsJson(request) || !isVisit(request)) return told;
  const returnTo = landingOf({ url: new URL(request.url), settings, fields: {} });
  return {
    ...askFirst(`${settings.basePath}/login`, returnTo, `${settings.origin}/`),
    refused: 'cross_site',
  };
}

/** A person is shown the way; a script is told. */
function notHere(request: Request, settings: ServerSettings, seen: string): Answer {
  const { origin } = settings;
  const told = refuse(
    'cross_site',
    [],
    `The browser sees this site at ${seen}, and the option origin says ${origin}. Cookies are for one of them only: lead users to ${origin}, or change the option.`,
  );
  if (wantsJson(request)) return told;
  const home = landingOf({ url: new URL(request.url), settings, fields: {} });
  return { ...otherOrigin(seen, home), refused: 'cross_site' };
}
