import { type FailureCode, failure } from '../../../machines/index.ts';
import { localized } from '../../lib/messages.ts';
import { type Callback, parseCallback, sameSecret } from '../../tmdb/approval.ts';
import { type Answer, refuse } from './answer.ts';
import type { Named } from './ending.ts';
import { stateIn } from './names.ts';
import type { ServerSettings } from './options.ts';
import { endedPage, unknownSignInPage } from './pages.ts';
import type { ServerView } from './request-client.ts';
import { wantsJson } from './requests.ts';
import { answerView, landingOf, type Route, type RouteCall } from './route-call.ts';

/** Returns from TMDB, of sign-ins that this browser or another one started. */

/** A return without a `state` is accepted: TMDB may have dropped the query. */
const areDifferent = (back: string | null, started: string | null) =>
  back !== null && started !== null && !sameSecret(back, started);

/**
 * Failures after which the token may be spent: TMDB may have made a session, and its answer got lost. The approval
 * page would never send the user back with that token.
 */
const MAY_BE_SPENT: ReadonlySet<FailureCode> = new Set([
  'session_denied',
  'exchange_interrupted',
  'timeout',
  'network',
  'bad_answer',
]);

/** The sign-in may belong to another person, or the browser may have lost its cookie. */
const NOT_THIS_BROWSER = failure('callback_mismatch', {
  message:
    'This sign-in was started in another browser, or its cookie was lost. If another person sent you the link that you approved, that person is signed in as you until you end the session (see docs/server.md).',
});

/** The parameters that TMDB added to the return, or null: in v4 it adds none. */
function callbackIn(back: URL): Callback | null {
  try {
    return parseCallback(back);
  } catch {
    return null;
  }
}

/** Where users see and remove the sessions of their account. */
const sessionsAt = ({ client }: ServerSettings) => `${client.webURL}/settings/sessions`;

/**
 * The return belongs to a sign-in that this browser did not start. As TMDB's v3 flow has no `state`, the browser that
 * started it gets a session of this user. The page explains that and offers to end the session; nothing happens
 * before the user decides.
 */
function explainMismatch(call: RouteCall, view: ServerView, callback: Callback | null): Answer {
  if (wantsJson(call.request)) return answerView(call, { ...view, failure: NOT_THIS_BROWSER });
  const { settings } = call;
  const known = localized(settings.client.messages, NOT_THIS_BROWSER);
  return {
    ...unknownSignInPage({
      text: known === NOT_THIS_BROWSER ? null : known.message,
      canEnd: callback !== null || call.url.searchParams.has('state'),
      isUser: view.status === 'user',
      home: landingOf(call),
      sessionsAtTmdb: sessionsAt(settings),
    }),
    failure: NOT_THIS_BROWSER.code,
  };
}

/** Ends a sign-in that another browser started. */
async function endSignIn(call: RouteCall, named: Named): Promise<Answer> {
  const { settings, request } = call;
  const outcome = await call.endSignIn(named);
  if (outcome === 'later') return refuse('busy');
  if (!wantsJson(request)) return endedPage(outcome === 'ended', landingOf(call), sessionsAt(settings));
  const body = JSON.stringify({ ended: outcome === 'ended' });
  return { status: 200, headers: [['content-type', 'application/json']], body };
}

/** Whether this browser is already signed in by that token. A script is another tab, which gets the result. */
const isAlreadyTaken = async (call: RouteCall, view: ServerView, named: Named): Promise<boolean> =>
  view.status === 'user' && (wantsJson(call.request) || (await call.isOwn(named)));

/** Takes a return from TMDB's page (GET), or one that a page passes on (POST). */
export const takeReturn: Route['run'] = async (call) => {
  const { client, fields, url } = call;
  const back = new URL(url);
  if (fields.requestToken) {
    back.search = '';
    back.searchParams.set('request_token', fields.requestToken);
    back.searchParams.set('approved', 'true');
  }
  const callback = callbackIn(back);
  const named = { requestToken: callback?.requestToken ?? null, state: url.searchParams.get('state') };
  if (fields.end === 'true') return endSignIn(call, named);
  const before = await client.view();
  if (before.facts.token && areDifferent(stateIn(url.href), stateIn(client.redirectTo())))
    return explainMismatch(call, before, null);
  const view = await client.perform(() => client.auth.handleCallback(back));
  const isMismatch =
    view.failure?.code === 'callback_mismatch' ||
    (!before.facts.token && !view.failure && !(await isAlreadyTaken(call, view, named)));
  if (isMismatch && (callback === null || callback.approved)) return explainMismatch(call, view, callback);
  // A script can retry or cancel by itself; a person starts over.
  if (view.failure && MAY_BE_SPENT.has(view.failure.code) && !wantsJson(call.request))
    await client.dropToken();
  return answerView(call, view);
};
