import { type Answer, failure } from '../answers.ts';
import { bearerOf } from '../bearer.ts';
import { withCacheHeaders } from '../caching.ts';
import { type Call, type Route, sent } from '../call.ts';
import type { Bearer } from '../store.ts';
import { account } from './account.ts';
import { accountV4 } from './account.v4.ts';
import { authentication } from './authentication.ts';
import { authenticationV4 } from './authentication.v4.ts';
import { films } from './films.ts';
import { guests } from './guests.ts';
import { lists } from './lists.ts';
import { listsV4 } from './lists.v4.ts';
import { ratings } from './ratings.ts';

/** All routes of this TMDB. */
export const ROUTES: readonly (Route & { pattern: readonly string[] })[] = [
  ...authentication,
  ...account,
  ...lists,
  ...ratings,
  ...guests,
  ...films,
  ...authenticationV4,
  ...accountV4,
  ...listsV4,
].map((route) => ({ ...route, pattern: route.path.slice(1).split('/') }));

/** Applies the call and answers it. Unknown paths and methods get 404/34, like at TMDB. */
export function handleCall(call: Call): Answer {
  return withCacheHeaders(call, answerTo(call));
}

function answerTo(call: Call): Answer {
  const token = bearerOf(call.authorization);
  const bearer = token === null ? undefined : call.store.bearer(token);
  const refusal = refusalOf(call, token, bearer);
  if (refusal) return failure(refusal);
  const route = ROUTES.find(({ method, pattern }) => method === call.method && fits(pattern, call.segments));
  if (!route) return failure(34);
  if (call.body === null) return failure(47);
  const named = route.pattern.flatMap((name, index) =>
    name.startsWith(':') ? [[name.slice(1), call.segments[index] ?? ''] as const] : [],
  );
  return route.handle({ ...call, body: call.body, bearer, params: Object.fromEntries(named) });
}

/**
 * The code for a missing or wrong credential; 0 if it is valid. v3 takes the api_key or the Bearer token; if it gets
 * both, both must be valid. v4 takes the Bearer token and then ignores the key, or for a GET the key alone. A key
 * sent as Bearer is invalid.
 */
function refusalOf(call: Call, token: string | null, bearer: Bearer | undefined): number {
  const { method, segments, store } = call;
  const takesKey = segments[0] === '3' || (method === 'GET' && token === null);
  const apiKey = takesKey ? sent(call, 'api_key') : null;
  if (apiKey === null && token === null) return 7;
  if (apiKey !== null && apiKey !== store.credentials.apiKey) return 7;
  if (token === null || bearer) return 0;
  return store.bearerKind(token) === 'user' ? (store.v4.endedBearer ?? 7) : 7;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((name, i) => name.startsWith(':') || name === segments[i])
  );
}
