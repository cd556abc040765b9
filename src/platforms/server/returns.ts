import { type FailureCode, failure } from '../../../machines/index.ts';
import { localized } from '../../lib/messages.ts';
import { type Callback, parseCallback, sameSecret } from '../../tmdb/approval.ts';
import { type Answer, refuse } from './answer.ts';
import type { Named } from './ending.ts';
import { stateIn } from './names.ts';
import type { ServerSettings } from './options.ts';
import { begunElsewhere, ended } from './pages.ts';
import { wantsJson } from './requests.ts';
import type { ServerView } from './turn.ts';
import { landingOf, type Route, tell, type Visit } from './visit.ts';

/* The return from TMDB: this browser's own, or one that belongs to another. */

/** A return without any is taken: TMDB may have dropped the query, and then nothing can be told. */
const isOther = (back: string | null, begun: string | null) =>
  back !== null && begun !== null && !sameSecret(back, begun);

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
  const known = localized(settings.client.messages, NOT_OURS);
  return {
    ...begunElsewhere({
      text: known === NOT_OURS ? null : known.message,
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
export const takeReturn: Route['run'] = async (visit) => {
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
