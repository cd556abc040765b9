import { type Api, type ApiOptions, byOfetch, createApi } from '../../client/api.ts';
import { createPublicFetch } from '../../client/public-fetch.ts';
import { createDirectFetch } from '../../direct/direct-fetch.ts';
import { queryOf } from '../../lib/address.ts';
import { localizing, type Messages } from '../../lib/messages.ts';
import { TMDB } from '../../lib/real-tmdb.ts';
import type { TmdbSettings } from '../../options.ts';
import { SESSION_HEADER } from '../../remote/session-header.ts';
import { type AskTmdb, createAuthFetch, handedOn } from '../../tmdb/auth-fetch.ts';
import { saysGone } from '../../tmdb/status-code.ts';
import type { Full } from './plain-api.ts';
import type { User } from './settled.ts';

/** `fetch` and `api` without the engine, for a user or signed out. A guest needs the engine. */

interface Asked {
  messages: Messages;
  user: User | null;
  /** Called when TMDB (`rejected`) or the server no longer knows this user. */
  doubt(rejected?: object): void;
  host: typeof globalThis.fetch;
}

const isGuestGone = async () => false;
const presentOf = (user: User | null) => ({
  isUser: user !== null,
  facts: { access: user?.access ?? null, guest: null },
});

export function directly(
  settings: Pick<TmdbSettings, 'baseURL' | 'credentials' | 'fetch'>,
  { user, read, ...given }: Asked & Pick<Parameters<typeof createDirectFetch>[1], 'read'>,
): Full {
  const present = () => presentOf(read('sessionId') === null ? null : user);
  const ask = createDirectFetch(settings, { present, read, send: given.doubt, isGuestGone });
  return fullOf(settings, given, ask);
}

/** `baseURL`: the server's proxy to TMDB. */
export function throughServer(
  { baseURL, fetch }: Pick<TmdbSettings, 'baseURL' | 'fetch'>,
  { user, ...given }: Asked,
): Full {
  const madeAt = user && String(user.createdAt);
  const send = createAuthFetch({
    fetch,
    present: () => presentOf(user),
    send: given.doubt,
    isGuestGone,
    redirect: 'follow',
    secretOf: (as) => (as === 'user' ? madeAt : null),
    address(path, query, headers, identity) {
      if (identity) headers.set(SESSION_HEADER, identity.secret);
      return baseURL + path + queryOf(query);
    },
  });
  return fullOf({ baseURL: TMDB.baseURL, fetch }, given, async (...asked) => {
    const response = await send(...asked);
    if (isConflict(response)) given.doubt();
    return response;
  });
}

/** The server's refusal if the page shows another user than its cookies name. */
const isConflict = ({ status }: Response) => status === 409;

function fullOf(
  { baseURL, fetch: sent }: Pick<TmdbSettings, 'baseURL' | 'fetch'>,
  { host, doubt, messages }: Omit<Asked, 'user'>,
  ask: AskTmdb,
): Full {
  const localize = localizing(messages);
  const fetch = createPublicFetch({ baseURL, fetch: sent, host, asking: () => ask, who: () => '' });
  return {
    fetch: localize(fetch),
    api: localize(createApi(fetch, baseURL)) as Api,
    refuse: localize(async (response: Response, path: string, options: ApiOptions) => {
      if (isConflict(response)) doubt();
      else if (saysGone(response.status, await response.clone().text())) doubt(response);
      const answer = handedOn(response, null, baseURL + path, true);
      return byOfetch(path, options, { fetch: async () => answer, baseURL });
    }) as Full['refuse'],
  };
}
