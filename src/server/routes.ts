import { authDelays, type CarryOver, type FailureCode, failure } from '../../machines/index.ts';
import { type Callback, parseCallback, sameSecret } from '../callback.ts';
import type { Answer } from './answer.ts';
import { json, redirect, refuse } from './answer.ts';
import type { Named } from './ending.ts';
import { randomName, stateIn } from './names.ts';
import { landing, type ServerSettings } from './options.ts';
import { begunElsewhere, ended } from './pages.ts';
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
  /** The session of this browser was made of the sign-in that a return names. */
  isOwn(named: Named): Promise<boolean>;
  /** Remembers what a v4 sign-in is told by: its way back names no token. */
  noteBegun(state: string): Promise<void>;
  /** Ends the sign-in that a return names, and its session, in whatever browser it was begun. */
  endSignIn(named: Named): Promise<'ended' | 'nothing' | 'later'>;
}

export interface Route {
  /** Whether it may be asked like that: another site's page must not make a user sign in or out. */
  isAllowed(request: Request, settings: ServerSettings): boolean;
  run(visit: Visit): Promise<Answer>;
  /** A person goes there, by a link or by a redirect; what only fetches it gets nothing done. */
  isVisit?: boolean;
  /** Several at the same time share one answer: what they ask for can be had only once. */
  isShared?: boolean;
  /** The answer may bring a session; a browser that left before it had it gets it once more. */
  isDelivered?: boolean;
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

/** A return without any is taken: TMDB may have dropped the query, and then nothing can be told. */
const isOther = (back: string | null, begun: string | null) =>
  back !== null && begun !== null && !sameSecret(back, begun);

const login: Route['run'] = async (visit) => {
  const view = await visit.turn.login(wayBack(visit), visit.fields.anew === 'true');
  const state = stateIn(visit.turn.redirectTo());
  if (state !== null && visit.settings.client.apiVersion === 4) await visit.noteBegun(state);
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

/** It may be another person's, or the cookie that would tell has not come along. */
const NOT_OURS = failure('callback_mismatch', {
  message:
    'This sign-in was begun in another browser, or its cookie did not come back. If you approved a link that somebody sent you, that person is signed in as you, until it is ended (docs/server.md says how).',
});

/** What TMDB said on the way back, or null: v4 says nothing. */
function saidBy(back: URL): Callback | null {
  try {
    return parseCallback(back);
  } catch {
    return null;
  }
}

/** Where users see and remove what is signed in by their account. */
const sessionsAt = ({ client }: ServerSettings) => `${client.webURL}/settings/sessions`;

/**
 * TMDB has led a browser back whose sign-in is another one, or none. The browser that began it gets a session of this
 * user, as TMDB's v3 flow has no `state`; the page says so, and offers to end it. Nothing is done before that.
 */
function notOurs(visit: Visit, view: ServerView, said: Callback | null): Answer {
  if (wantsJson(visit.request)) return tell(visit, { ...view, failure: NOT_OURS });
  const { settings } = visit;
  return {
    ...begunElsewhere({
      canEnd: said !== null || visit.url.searchParams.has('state'),
      isUser: view.status === 'user',
      home: landingOf(visit),
      sessionsAtTmdb: sessionsAt(settings),
    }),
    failure: NOT_OURS.code,
  };
}

/** The user wants a sign-in ended that was begun in another browser. */
async function endOther(visit: Visit, named: Named): Promise<Answer> {
  const { settings, request } = visit;
  const outcome = await visit.endSignIn(named);
  if (outcome === 'later') return refuse('busy');
  if (!wantsJson(request)) return ended(outcome === 'ended', landingOf(visit), sessionsAt(settings));
  const body = JSON.stringify({ ended: outcome === 'ended' });
  return { status: 200, headers: [['content-type', 'application/json']], body };
}

/** This browser is signed in by that very token, or a tab of it is told what another has done. */
const isKnown = async (visit: Visit, view: ServerView, named: Named): Promise<boolean> =>
  view.status === 'user' && (wantsJson(visit.request) || (await visit.isOwn(named)));

/** A page hands over what it was given; a person comes here from TMDB. */
const takeReturn: Route['run'] = async (visit) => {
  const { turn, fields, url } = visit;
  const back = new URL(url);
  if (fields.requestToken) {
    back.search = '';
    back.searchParams.set('request_token', fields.requestToken);
    back.searchParams.set('approved', 'true');
  }
  const said = saidBy(back);
  const named = { requestToken: said?.requestToken ?? null, state: url.searchParams.get('state') };
  if (fields.end === 'true') return endOther(visit, named);
  const before = await turn.view();
  if (before.facts.token && isOther(stateIn(url.href), stateIn(turn.redirectTo())))
    return notOurs(visit, before, null);
  const view = await turn.take(() => turn.auth.handleCallback(back));
  const isForeign =
    view.failure?.code === 'callback_mismatch' ||
    (!before.facts.token && !view.failure && !(await isKnown(visit, view, named)));
  if (isForeign && (said === null || said.approved)) return notOurs(visit, view, said);
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
};
