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

/** Every call this TMDB knows. */
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

/** Takes effect and answers. What is unknown, or asked with another method, is 404/34, as TMDB has it. */
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
 * The code of a credential that is missing or wrong; 0 if all is well. v3 takes the api_key or the Bearer token, or both,
 * and one that is wrong spoils the other; v4 takes the Bearer token and then does not look at the key, or for a GET the
 * key alone. A key sent as Bearer is wrong.
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
