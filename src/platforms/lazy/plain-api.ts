import type { Api, ApiOptions } from '../../client/api.ts';

/** `auth.fetch` and `auth.api` with all that they can do. */
export interface Full {
  fetch: typeof globalThis.fetch;
  api: Api;
  /** Rejects as `auth.api` does for an answer that is no success. */
  refuse(response: Response, path: string, options: ApiOptions): Promise<never>;
}

export type AskPlainly = (
  path: string,
  query: Record<string, string>,
  isTheirs: boolean,
  init: RequestInit,
) => Promise<Response>;

/** A path that can be read in one way only, and belongs to no token and no guest. */
const PLAIN = /^\/3(?!\/(auth|guest))(\/[a-z\d_]+)+$/;
/** Names that could be a credential, or ask for more than the path says. */
const UNCLEAR = /append|session|apikey|[^a-z]/;
/** Where TMDB wants the session. A test compares it with what `auth.fetch` does. */
const THEIRS = /^\/3\/(account|list)(\/|$)|^\/3\/.+\/(rating|account_states)$/;

/** Whether the session goes with a GET of that path, or null where that takes more than a glance. */
export function isTheirs(path: string, query: Record<string, unknown>): boolean | null {
  const isPlain =
    PLAIN.test(path) &&
    Object.entries(query).every(
      ([name, value]) => !UNCLEAR.test(name.replace(/[_.]/g, '')) && /^[snb]/.test(typeof value),
    );
  return isPlain ? THEIRS.test(path) : null;
}

/** `auth.api` for what most pages ask: a plain GET that succeeds. Everything else goes the full way. */
export function createPlainApi(ask: AskPlainly, isUser: boolean, full: () => Promise<Full>): Api {
  return async <Answer>(path: string, options: ApiOptions = {}) => {
    const { query, method = 'GET', signal, ...rest } = options;
    const known = Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== undefined));
    const theirs = isTheirs(path, known);
    if (theirs !== null && (isUser || !theirs) && method === 'GET' && Object.keys(rest).length === 0) {
      const init = { ...(signal && { signal }), ...(theirs && { cache: 'no-store' as const }) };
      const response = await ask(path, known as Record<string, string>, theirs, init).catch(() => null);
      if (response && !response.ok) return (await full()).refuse(response, path, options);
      // An answer that is no JSON, or none at all, is asked for again, by what can say why.
      const answer = await response?.json().catch(() => undefined);
      if (answer !== undefined) return answer as Answer;
    }
    return (await full()).api<Answer>(path, options);
  };
}
