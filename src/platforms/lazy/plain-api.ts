import type { Api, ApiOptions } from '../../client/api.ts';

/** The complete `auth.fetch` and `auth.api`. */
export interface Full {
  fetch: typeof globalThis.fetch;
  api: Api;
  /** Rejects with the error of `auth.api` for an unsuccessful response. */
  refuse(response: Response, path: string, options: ApiOptions): Promise<never>;
}

export type AskPlainly = (
  path: string,
  query: Record<string, string>,
  needsSession: boolean,
  init: RequestInit,
) => Promise<Response>;

/** An unambiguous path that does not concern tokens or guests. */
const PLAIN = /^\/3(?!\/(auth|guest))(\/[a-z\d_]+)+$/;
/** Query names that could be a credential, or add other data to the answer. */
const UNCLEAR = /append|session|apikey|[^a-z]/;
/** Paths that need the session. A test compares this with `auth.fetch`. */
const NEEDS_SESSION = /^\/3\/(account|list)(\/|$)|^\/3\/.+\/(rating|account_states)$/;

/** Whether a GET of that path needs the session, or null if only the complete `api` can tell. */
export function needsSession(path: string, query: Record<string, unknown>): boolean | null {
  const isPlain =
    PLAIN.test(path) &&
    Object.entries(query).every(
      ([name, value]) => !UNCLEAR.test(name.replace(/[_.]/g, '')) && /^[snb]/.test(typeof value),
    );
  return isPlain ? NEEDS_SESSION.test(path) : null;
}

/** `auth.api` for the usual request of a page: a plain GET that succeeds. Everything else uses the complete `api`. */
export function createPlainApi(ask: AskPlainly, isUser: boolean, full: () => Promise<Full>): Api {
  return async <Answer>(path: string, options: ApiOptions = {}) => {
    const { query, method = 'GET', signal, ...rest } = options;
    const known = Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== undefined));
    const isPersonal = needsSession(path, known);
    if (
      isPersonal !== null &&
      (isUser || !isPersonal) &&
      method === 'GET' &&
      Object.keys(rest).length === 0
    ) {
      const init = { ...(signal && { signal }), ...(isPersonal && { cache: 'no-store' as const }) };
      const response = await ask(path, known as Record<string, string>, isPersonal, init).catch(() => null);
      if (response && !response.ok) return (await full()).refuse(response, path, options);
      // No JSON or no response at all: the complete `api` repeats the request and reports the error.
      const answer = await response?.json().catch(() => undefined);
      if (answer !== undefined) return answer as Answer;
    }
    return (await full()).api<Answer>(path, options);
  };
}
