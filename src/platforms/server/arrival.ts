import { isChange } from '../../tmdb/paths.ts';
import { type Answer, refuse, refusePrefetch } from './answer.ts';
import type { ServerSettings } from './options.ts';
import { confirmPage, wrongOriginPage } from './pages.ts';
import { isNavigation, isPrefetch, isSameSite, otherOriginOf, wantsJson } from './requests.ts';
import { landingOf, type Route, type RouteForOthers } from './route-call.ts';
import { ROUTES } from './routes.ts';

/** An accepted request: to TMDB through the proxy, or to a route. */
export type Arrival =
  | { kind: 'tmdb'; name: 'tmdb'; path: string; url: URL }
  | { kind: 'route'; name: string; route: Route | RouteForOthers; url: URL };

/** The verdict on a request. `name`: its route, or null for an unknown address. */
type Judged =
  | Arrival
  | { kind: 'health'; name: 'health' }
  | { kind: 'refused'; name: string | null; refusal: Answer };

/**
 * The path below the base path, without a trailing slash, or null. Frameworks and proxies strip the first parts of
 * the path (Next's `basePath`, Express's `app.use`), and some append a slash to every path.
 */
function routeIn(pathname: string, basePath: string): string | null {
  for (let tail = basePath; ; tail = tail.replace(/^\/[^/]+/, '')) {
    if (pathname.startsWith(`${tail}/`)) return pathname.slice(tail.length + 1).replace(/\/$/, '');
    if (tail === '') return null;
  }
}

/** Judges a request by its method, address and headers, before its body is read. */
export function createJudge(settings: ServerSettings, isProxied: (method: string, path: string) => boolean) {
  return (request: Request): Judged => {
    const url = new URL(request.url);
    const asked = routeIn(url.pathname, settings.basePath);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const no = (name: string | null, refusal: Answer): Judged => ({ kind: 'refused', name, refusal });

    if (asked === 'health' && method === 'GET') return { kind: 'health', name: 'health' };
    const path = asked?.startsWith('tmdb/') ? asked.slice('tmdb'.length) : null;
    const isRoute = asked !== null && Object.hasOwn(ROUTES, asked) && (asked !== 'device' || settings.device);
    const methods = isRoute ? ROUTES[asked] : undefined;
    if (asked === null || (!methods && path === null)) return no(null, refuse('not_found'));
    const name = path === null ? asked : 'tmdb';
    const route = methods && Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (methods && !route) return no(name, refuse('method', [['allow', allowed(methods)]]));

    const seen = otherOriginOf(request, settings);
    if (seen !== null) return no(name, wrongOrigin(request, settings, seen));
    // A prerendered page may read who is signed in; its requests carry `Purpose`, too.
    const isNavigated = route !== undefined && 'run' in route && route.isNavigation;
    const isRead = route ? method === 'GET' && !isNavigated : !isChange(method, path ?? '');
    if (isPrefetch(request) && !isRead) return no(name, refusePrefetch());
    const isAllowed = route
      ? route.isAllowed(request, settings)
      : !isChange(method, path ?? '') || isSameSite(request, settings);
    if (!isAllowed) return no(name, crossSite(request, settings, name));
    if (isNavigated) {
      // HEAD only tells that the address exists.
      if (request.method === 'HEAD') return no(name, { status: 200, headers: [], body: null });
      if (!isNavigation(request) && !wantsJson(request)) return no(name, refusePrefetch());
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
  `Only a page of ${origin} may ask this (headers Origin and Sec-Fetch-Site). If users see the site elsewhere, set the option origin.`;

const NOT_PROXIED = 'Pages of this site may not ask TMDB for that: see the option proxy.';

/** Asks a person who followed a link from another site to confirm the sign-in. Refuses every other request. */
function crossSite(request: Request, settings: ServerSettings, name: string): Answer {
  const refusal = refuse('cross_site', [], notFrom(settings));
  if (name !== 'login' || request.method !== 'GET' || wantsJson(request) || !isNavigation(request))
    return refusal;
  const returnTo = landingOf({ url: new URL(request.url), settings, fields: {} });
  return {
    ...confirmPage(`${settings.basePath}/login`, returnTo, `${settings.origin}/`),
    refused: 'cross_site',
  };
}

/** The browser uses another origin than `settings.origin`: a page with a link for a person, an error for a script. */
function wrongOrigin(request: Request, settings: ServerSettings, seen: string): Answer {
  const { origin } = settings;
  const refusal = refuse(
    'cross_site',
    [],
    `The browser sees this site at ${seen}, but the option origin is ${origin}. Cookies work on only one of them: send users to ${origin}, or change the option.`,
  );
  if (wantsJson(request)) return refusal;
  const home = landingOf({ url: new URL(request.url), settings, fields: {} });
  return { ...wrongOriginPage(seen, home), refused: 'cross_site' };
}
