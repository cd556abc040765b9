import { type Answer, failure } from '../answers.ts';
import type { Call, Route } from '../call.ts';
import { account } from './account.ts';
import { authentication } from './authentication.ts';
import { films } from './films.ts';
import { guests } from './guests.ts';
import { lists } from './lists.ts';
import { ratings } from './ratings.ts';

/** Every call this TMDB knows. Another version of the API is another row. */
const ROUTES: readonly (Route & { pattern: readonly string[] })[] = [
  ...authentication,
  ...account,
  ...lists,
  ...ratings,
  ...guests,
  ...films,
].map((route) => ({ ...route, pattern: route.path.slice(1).split('/') }));

/** Takes effect and answers. What is unknown, or asked with another method, is 404/34, as TMDB has it. */
export function handleCall(call: Call): Answer {
  if (!hasCredential(call)) return failure(7);
  const route = ROUTES.find(({ method, pattern }) => method === call.method && fits(pattern, call.segments));
  if (!route) return failure(34);
  if (call.body === null) return failure(47);
  const named = route.pattern.flatMap((name, index) =>
    name.startsWith(':') ? [[name.slice(1), call.segments[index] ?? ''] as const] : [],
  );
  return route.handle({ ...call, body: call.body, params: Object.fromEntries(named) });
}

/** The api_key or the Bearer token, or both; one that is wrong spoils the other. A key sent as Bearer is wrong. */
function hasCredential({ query, authorization, store }: Call): boolean {
  const apiKey = query.get('api_key');
  const bearer = authorization === undefined ? null : (/^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '');
  if (apiKey === null && bearer === null) return false;
  const { credentials } = store;
  return (
    (apiKey ?? credentials.apiKey) === credentials.apiKey &&
    (bearer ?? credentials.accessToken) === credentials.accessToken
  );
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((name, i) => name.startsWith(':') || name === segments[i])
  );
}
