import { authDelays, type CarryOver, type FailureCode, failure } from '../../machines/index.ts';
import type { Answer } from './answer.ts';
import { json, redirect } from './answer.ts';
import { landing, type ServerSettings } from './options.ts';
import { isLinkFromHere, isSameSite, wantsJson } from './requests.ts';
import type { ServerView, Turn } from './turn.ts';

/** What was asked makes no sense; the message says why. */
export class BadRequest extends Error {}

/** One request that is to be answered. */
export interface Visit {
  request: Request;
  url: URL;
  settings: ServerSettings;
  turn: Turn;
  /** What the body says. */
  fields: Record<string, string>;
  /** Ends this account's sessions wherever they are; nothing without a store. */
  logoutElsewhere(): Promise<void>;
}

export interface Route {
  /** Whether it may be asked like that: nobody else's page makes a user sign in or out. */
  isAllowed(request: Request, settings: ServerSettings): boolean;
  run(visit: Visit): Promise<Answer>;
  /** Several at the same time share one answer: what they ask for can be had only once. */
  isShared?: boolean;
  /** Where it takes longer than everything else may, in ms. */
  deadline?: number;
}

const anybody = () => true;

/** Where to go afterwards: what was asked for if it may be, else the default. */
export function landingOf({ url, settings, fields }: Pick<Visit, 'url' | 'settings' | 'fields'>): string {
  const wanted = fields.returnTo ?? url.searchParams.get('returnTo');
  const allowed = wanted ? landing(settings, wanted) : null;
  return allowed ?? new URL(settings.returnTo, settings.origin).href;
}

/** A script is told; a person is sent on. */
function tell(visit: Visit, view: ServerView): Answer {
  return wantsJson(visit.request) ? json(view) : redirect(landingOf(visit), view.failure);
}

/** Where TMDB sends the user back to: a page that said so for itself, or the callback here. */
function wayBack(visit: Visit): string | undefined {
  const { settings, fields, request } = visit;
  if (fields.redirectTo) {
    const allowed = landing(settings, fields.redirectTo);
    if (!allowed)
      throw new BadRequest('redirectTo is not an address of this site, nor of its returnOrigins.');
    return allowed;
  }
  // A device of its own: nobody comes back.
  if (wantsJson(request) && fields.returnTo === undefined) return undefined;
  const callback = new URL(`${settings.basePath}/callback`, settings.origin);
  callback.searchParams.set('returnTo', landingOf(visit));
  return callback.href;
}

const login: Route['run'] = async (visit) => {
  const view = await visit.turn.login(wayBack(visit), visit.fields.anew === 'true');
  if (wantsJson(visit.request)) return json(view);
  return view.approvalUrl ? redirect(view.approvalUrl) : redirect(landingOf(visit), view.failure);
};

/**
 * Approved, and still no session. TMDB may have made one whose answer got lost: then its page for this token does not
 * come back.
 */
const MAY_BE_SPENT: ReadonlySet<FailureCode> = new Set([
  'session_denied',
  'exchange_interrupted',
  'timeout',
  'network',
  'bad_answer',
]);

/** It may be somebody else's, or the cookie that would tell has not come along. */
const NOTHING_BEGUN = failure('callback_mismatch', {
  message: 'No sign-in was begun in this browser, or its cookie did not come back. Begin again on the site.',
});
const isDenied = ({ searchParams }: URL) => searchParams.get('denied') === 'true';

/** A page hands over what it was given; a person comes here from TMDB. */
const takeReturn: Route['run'] = async (visit) => {
  const { turn, fields, url } = visit;
  const back = new URL(url);
  if (fields.requestToken) {
    back.search = '';
    back.searchParams.set('request_token', fields.requestToken);
    back.searchParams.set('approved', 'true');
  }
  const before = await turn.view();
  const view = await turn.take(() => turn.auth.handleCallback(back));
  if (!before.facts.token && !view.failure && view.status !== 'user' && !isDenied(back)) {
    return tell(visit, { ...view, failure: NOTHING_BEGUN });
  }
  // A script may try once more and give up itself; a person begins anew.
  if (view.failure && MAY_BE_SPENT.has(view.failure.code) && !wantsJson(visit.request))
    await turn.dropToken();
  return tell(visit, view);
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

const carryOver: Route['run'] = async (visit) => {
  let carried: CarryOver | null = null;
  const view = await visit.turn.take(async () => {
    carried = await visit.turn.auth.carryOverGuestRatings({ overwrite: visit.fields.overwrite === 'true' });
  });
  return tell(visit, { ...view, carryOver: carried ?? view.carryOver });
};

type Methods = Partial<Record<string, Route>>;

/** Everything below the base path but the proxy and the health. */
export const ROUTES: Record<string, Methods> = {
  login: {
    GET: { isAllowed: isLinkFromHere, run: login },
    POST: { isAllowed: isSameSite, run: login },
  },
  callback: {
    // From TMDB's page; the token it brings is what is checked.
    GET: { isAllowed: anybody, run: takeReturn, isShared: true },
    POST: { isAllowed: isSameSite, run: takeReturn, isShared: true },
  },
  check: {
    POST: {
      isAllowed: isSameSite,
      run: async (visit) => tell(visit, await visit.turn.check()),
      isShared: true,
    },
  },
  session: {
    // It may have to make what a sign-in that was broken off still lacks.
    GET: { isAllowed: anybody, run: session, isShared: true },
    HEAD: { isAllowed: anybody, run: session, isShared: true },
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
    POST: { isAllowed: isSameSite, run: carryOver, deadline: authDelays.carryOverTimeout },
  },
  logout: { POST: { isAllowed: isSameSite, run: logout } },
};
