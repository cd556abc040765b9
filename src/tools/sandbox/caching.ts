import type { Answer } from './answers.ts';
import type { Call } from './call.ts';
import { digest } from './digest.ts';

/** TMDB lets HTTP caches store GETs, even those of a user's data. Its headers for `/3/authentication` are unknown. */
export function withCacheHeaders({ method, segments, store }: Call, answer: Answer): Answer {
  const { cacheHeaders, cachedErrors } = store.quirks;
  const isKept = answer.status === 200 || cachedErrors;
  if (!cacheHeaders || !isKept || method !== 'GET' || segments[1] === 'authentication') return answer;
  const headers = {
    'cache-control': 'public, max-age=300',
    etag: `W/"${digest(answer.text)}"`,
    vary: 'Origin',
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
