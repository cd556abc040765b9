import type { Failure } from '../../../machines/index.ts';
import type { Answer } from './answer.ts';
import { json, redirect } from './answer.ts';
import type { Devices } from './devices.ts';
import type { Named } from './ending.ts';
import { type HandlerEvent, landing, type ServerSettings } from './options.ts';
import type { RequestClient, ServerView } from './request-client.ts';
import { wantsJson } from './requests.ts';

/** The request is invalid; the message says why. */
export class BadRequest extends Error {}

/** One request to a route. */
export interface RouteCall {
  request: Request;
  url: URL;
  settings: ServerSettings;
  client: RequestClient;
  /** The fields of the body. */
  fields: Record<string, string>;
  /** The failure of a device that asks again too soon, else null. */
  tooSoon(): Promise<Failure | null>;
  /** Signs this account out in all other browsers. Does nothing without a store. */
  logoutElsewhere(): Promise<void>;
  /** Whether this browser's session came from the sign-in that a return names. */
  isOwn(named: Named): Promise<boolean>;
  /** Remembers the `state` of a v4 sign-in, as its return names no token. */
  noteBegun(state: string): Promise<void>;
  /** Ends the sign-in that a return names, and its session, no matter which browser started it. */
  endSignIn(named: Named): Promise<'ended' | 'nothing' | 'later'>;
}

interface Guarded {
  /** Whether this request may use the route: a page of another site must not sign a user in or out. */
  isAllowed(request: Request, settings: ServerSettings): boolean;
}

/** A route about another browser's sign-in: it neither reads nor changes the record of the browser that asks. */
export interface RouteForOthers extends Guarded {
  answer(call: CallForOthers): Promise<Answer>;
}

export interface CallForOthers extends Pick<RouteCall, 'request' | 'url' | 'settings' | 'fields'> {
  devices: Devices;
  event: Pick<HandlerEvent, 'deviceCode'>;
}

export interface Route extends Guarded {
  run(call: RouteCall): Promise<Answer>;
  /** Only for a navigation, or a script that accepts JSON: a prefetch has no effect. */
  isNavigation?: boolean;
  /** Concurrent requests share one answer: TMDB gives it only once. */
  isShared?: boolean;
  /** The answer may contain a session. A browser that disconnected before it arrived can get it once more. */
  isDelivered?: boolean;
  /** In ms, if this route may take longer than the handler's `deadline`. */
  deadline?: number;
}

/** Where the user goes afterwards: the requested address if it is allowed, else the default. */
export function landingOf({ url, settings, fields }: Pick<RouteCall, 'url' | 'settings' | 'fields'>): string {
  const wanted = fields.returnTo ?? url.searchParams.get('returnTo');
  const allowed = wanted ? landing(settings, wanted) : null;
  return allowed ?? new URL(settings.returnTo, settings.origin).href;
}

/** JSON for a script, a redirect for a person. */
export function answerView(
  call: Pick<RouteCall, 'request' | 'url' | 'settings' | 'fields'>,
  view: ServerView,
): Answer {
  return wantsJson(call.request) ? json(view) : redirect(landingOf(call), view.failure);
}
