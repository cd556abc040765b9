import type { Answer } from './answer.ts';
import { json, redirect } from './answer.ts';
import type { Named } from './ending.ts';
import { landing, type ServerSettings } from './options.ts';
import { wantsJson } from './requests.ts';
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

/** Where to go afterwards: what was asked for if it may be, else the default. */
export function landingOf({ url, settings, fields }: Pick<Visit, 'url' | 'settings' | 'fields'>): string {
  const wanted = fields.returnTo ?? url.searchParams.get('returnTo');
  const allowed = wanted ? landing(settings, wanted) : null;
  return allowed ?? new URL(settings.returnTo, settings.origin).href;
}

/** A script is told; a person is sent on. */
export function tell(
  visit: Pick<Visit, 'request' | 'url' | 'settings' | 'fields'>,
  view: ServerView,
): Answer {
  return wantsJson(visit.request) ? json(view) : redirect(landingOf(visit), view.failure);
}
