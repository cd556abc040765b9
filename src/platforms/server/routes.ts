import { authDelays, type CarryOver, failure } from '../../../machines/index.ts';
import type { ServerRoute } from '../../remote/server-client.ts';
import { json, redirect } from './answer.ts';
import { askForCode, takeCode } from './device-routes.ts';
import { randomName, stateIn } from './names.ts';
import { landing } from './options.ts';
import { isLinkFromHere, isSameSite, wantsJson } from './requests.ts';
import { takeReturn } from './returns.ts';
import {
  answerView,
  BadRequest,
  landingOf,
  type Route,
  type RouteCall,
  type RouteForOthers,
} from './route-call.ts';

const anyOrigin = () => true;

/** Where TMDB sends the user back to: the `redirectTo` of a page, or the route `callback`. */
function redirectToOf(call: RouteCall): string | undefined {
  const { settings, fields, request } = call;
  const callback = new URL(`${settings.basePath}/callback`, settings.origin);
  if (fields.redirectTo) {
    const allowed = landing(settings, fields.redirectTo);
    if (!allowed)
      throw new BadRequest('redirectTo is neither an address of this site nor of its returnOrigins.');
    if (new URL(allowed).pathname !== callback.pathname) return allowed;
    callback.search = new URL(allowed).search;
  } else {
    // A script without `returnTo`: the user approves on another device and does not come back here.
    if (wantsJson(request) && fields.returnTo === undefined) return undefined;
    callback.searchParams.set('returnTo', landingOf(call));
  }
  if (settings.client.apiVersion === 4) callback.searchParams.set('state', randomName());
  return callback.href;
}

const login: Route['run'] = async (call) => {
  const view = await call.client.login(redirectToOf(call), call.fields.anew === 'true');
  const state = stateIn(call.client.redirectTo());
  if (state !== null && call.settings.client.apiVersion === 4) await call.noteBegun(state);
  if (wantsJson(call.request)) return json(view);
  return view.approvalUrl ? redirect(view.approvalUrl) : redirect(landingOf(call), view.failure);
};

const session: Route['run'] = async ({ client }) => {
  const view = await client.view();
  return { ...json(view), status: 200 };
};

/**
 * Reports no failure: the user wanted to cancel. If the sign-in has brought a session meanwhile and the request names
 * it, ends it.
 */
const cancel: Route['run'] = async (call) => {
  const { client, fields } = call;
  const view = await client.perform(client.auth.cancel);
  const { session } = view.facts;
  if (session && fields.session === String(session.createdAt)) await client.undoSession();
  return answerView(call, { ...(await client.view()), failure: null });
};

const logout: Route['run'] = async (call) => {
  if (call.fields.everywhere === 'true') await call.logoutElsewhere();
  return answerView(call, await call.client.perform(call.client.auth.logout));
};

/** Accounts with a carry-over under way in this process, as TMDB's address and the account's id. */
const carrying = new Set<string>();
/** The answer to a second carry-over for the same account. */
const CARRY_LATER = failure('rate_limited', {
  message: 'The ratings of this account are already being carried over. Try again later.',
  retryAfter: 10_000,
});

const carryOver: Route['run'] = async (call) => {
  const { client, settings, fields } = call;
  const before = await client.view();
  const account = `${settings.client.baseURL} ${before.account?.id}`;
  if (carrying.has(account)) return answerView(call, { ...before, failure: CARRY_LATER });
  let carried: CarryOver | null = null;
  carrying.add(account);
  try {
    const view = await client.perform(async () => {
      carried = await client.auth.carryOverGuestRatings({ overwrite: fields.overwrite === 'true' });
    });
    return answerView(call, { ...view, carryOver: carried ?? view.carryOver });
  } finally {
    carrying.delete(account);
  }
};

/** Asks TMDB, unless a device asks again too soon. */
const check: Route['run'] = async (call) => {
  const { client } = call;
  const failure = await call.tooSoon();
  return answerView(call, failure ? { ...(await client.view()), failure } : await client.check());
};

type Methods = Partial<Record<string, Route | RouteForOthers>>;

/** All routes except the proxy and `health`. */
export const ROUTES: Record<string, Methods> = {
  login: {
    GET: { isAllowed: isLinkFromHere, run: login, isNavigation: true, isDelivered: true },
    POST: { isAllowed: isSameSite, run: login, isDelivered: true },
  },
  callback: {
    // Comes from TMDB's page, so its origin proves nothing; its token is checked instead.
    GET: { isAllowed: anyOrigin, run: takeReturn, isShared: true, isDelivered: true, isNavigation: true },
    POST: { isAllowed: isSameSite, run: takeReturn, isShared: true, isDelivered: true },
  },
  check: {
    POST: {
      isAllowed: isSameSite,
      run: check,
      isShared: true,
      isDelivered: true,
    },
  },
  session: {
    // Finishes an interrupted sign-in, so its answer may contain a new session.
    GET: { isAllowed: anyOrigin, run: session, isShared: true, isDelivered: true },
  },
  guest: {
    POST: {
      isAllowed: isSameSite,
      run: async (call) => answerView(call, await call.client.perform(() => call.client.auth.loginAsGuest())),
    },
  },
  cancel: { POST: { isAllowed: isSameSite, run: cancel } },
  verify: {
    POST: {
      isAllowed: isSameSite,
      run: async (call) => answerView(call, await call.client.perform(call.client.auth.verify)),
    },
  },
  'carry-over': {
    POST: { isAllowed: isSameSite, run: carryOver, isShared: true, deadline: authDelays.carryOverTimeout },
  },
  logout: { POST: { isAllowed: isSameSite, run: logout } },
  device: {
    // Only a form. A link may fill it in; the user has to send it.
    GET: { isAllowed: anyOrigin, answer: askForCode },
    POST: { isAllowed: isSameSite, answer: takeCode },
  },
} satisfies Record<ServerRoute | 'device', Methods>;
