import { authDelays, type CarryOver, failure } from '../../../machines/index.ts';
import type { ServerRoute } from '../../remote/server-client.ts';
import { json, redirect } from './answer.ts';
import { randomName, stateIn } from './names.ts';
import { landing } from './options.ts';
import { isLinkFromHere, isSameSite, wantsJson } from './requests.ts';
import { takeReturn } from './returns.ts';
import { BadRequest, landingOf, type Route, tell, type Visit } from './visit.ts';

const anybody = () => true;

/** Where TMDB sends the user back to: a page that said so for itself, or the callback here. */
function wayBack(visit: Visit): string | undefined {
  const { settings, fields, request } = visit;
  const callback = new URL(`${settings.basePath}/callback`, settings.origin);
  if (fields.redirectTo) {
    const allowed = landing(settings, fields.redirectTo);
    if (!allowed)
      throw new BadRequest('redirectTo is not an address of this site, nor of its returnOrigins.');
    if (new URL(allowed).pathname !== callback.pathname) return allowed;
    callback.search = new URL(allowed).search;
  } else {
    // The user approves on another device, and does not come back here.
    if (wantsJson(request) && fields.returnTo === undefined) return undefined;
    callback.searchParams.set('returnTo', landingOf(visit));
  }
  if (settings.client.apiVersion === 4) callback.searchParams.set('state', randomName());
  return callback.href;
}

const login: Route['run'] = async (visit) => {
  const view = await visit.turn.login(wayBack(visit), visit.fields.anew === 'true');
  const state = stateIn(visit.turn.redirectTo());
  if (state !== null && visit.settings.client.apiVersion === 4) await visit.noteBegun(state);
  if (wantsJson(visit.request)) return json(view);
  return view.approvalUrl ? redirect(view.approvalUrl) : redirect(landingOf(visit), view.failure);
};

const session: Route['run'] = async ({ turn }) => {
  const view = await turn.view();
  return { ...json(view), status: 200 };
};

/** What a person gave up is no failure to tell them about; a session that came of it all the same is ended. */
const cancel: Route['run'] = async (visit) => {
  const { turn, fields } = visit;
  const view = await turn.take(turn.auth.cancel);
  const { session } = view.facts;
  if (session && fields.session === String(session.createdAt)) await turn.undoSession();
  return tell(visit, { ...(await turn.view()), failure: null });
};

const logout: Route['run'] = async (visit) => {
  if (visit.fields.everywhere === 'true') await visit.logoutElsewhere();
  return tell(visit, await visit.turn.take(visit.turn.auth.logout));
};

/** Accounts whose ratings are carried over by this process right now, as TMDB's address and the number. */
const carrying = new Set<string>();
/** How long a second carry-over of the same account is asked to wait, in ms. */
const CARRY_LATER = failure('rate_limited', {
  message: 'The ratings of this account are being carried over already. Ask again in a while.',
  retryAfter: 10_000,
});

const carryOver: Route['run'] = async (visit) => {
  const { turn, settings, fields } = visit;
  const before = await turn.view();
  const account = `${settings.client.baseURL} ${before.account?.id}`;
  if (carrying.has(account)) return tell(visit, { ...before, failure: CARRY_LATER });
  let carried: CarryOver | null = null;
  carrying.add(account);
  try {
    const view = await turn.take(async () => {
      carried = await turn.auth.carryOverGuestRatings({ overwrite: fields.overwrite === 'true' });
    });
    return tell(visit, { ...view, carryOver: carried ?? view.carryOver });
  } finally {
    carrying.delete(account);
  }
};

type Methods = Partial<Record<string, Route>>;

/** Everything below the base path but the proxy and the health. */
export const ROUTES: Record<string, Methods> = {
  login: {
    GET: { isAllowed: isLinkFromHere, run: login, isVisit: true, isDelivered: true },
    POST: { isAllowed: isSameSite, run: login, isDelivered: true },
  },
  callback: {
    // From TMDB's page; the token it brings is what is checked.
    GET: { isAllowed: anybody, run: takeReturn, isShared: true, isDelivered: true, isVisit: true },
    POST: { isAllowed: isSameSite, run: takeReturn, isShared: true, isDelivered: true },
  },
  check: {
    POST: {
      isAllowed: isSameSite,
      run: async (visit) => tell(visit, await visit.turn.check()),
      isShared: true,
      isDelivered: true,
    },
  },
  session: {
    // It may have to make what a sign-in that was broken off still lacks.
    GET: { isAllowed: anybody, run: session, isShared: true, isDelivered: true },
  },
  guest: {
    POST: {
      isAllowed: isSameSite,
      run: async (visit) => tell(visit, await visit.turn.take(() => visit.turn.auth.loginAsGuest())),
    },
  },
  cancel: { POST: { isAllowed: isSameSite, run: cancel } },
  verify: {
    POST: {
      isAllowed: isSameSite,
      run: async (visit) => tell(visit, await visit.turn.take(visit.turn.auth.verify)),
    },
  },
  'carry-over': {
    POST: { isAllowed: isSameSite, run: carryOver, isShared: true, deadline: authDelays.carryOverTimeout },
  },
  logout: { POST: { isAllowed: isSameSite, run: logout } },
} satisfies Record<ServerRoute, Methods>;
