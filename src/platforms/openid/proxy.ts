import type { Provider } from 'oidc-provider';
import { TmdbAuthError } from '../../errors.ts';
import { type Answer, json, refuse } from '../server/answer.ts';
import { askTmdb } from '../server/proxy.ts';
import { readBody } from '../server/requests.ts';
import type { Accounts } from './accounts.ts';
import { type Context, requestOf, send } from './answers.ts';
import type { OpenidSettings } from './options.ts';

const NOT_PROXIED = 'Apps may not ask TMDB for that: see the option proxy.';

/** An error of RFC 6750. */
const bearer = (status: number, error: string, description: string): Answer => ({
  status,
  headers: [
    ['content-type', 'application/json'],
    ['www-authenticate', `Bearer error="${error}", error_description="${description}"`],
  ],
  body: JSON.stringify({ error, error_description: description }),
});
const NO_TOKEN = bearer(401, 'invalid_token', 'The access token is missing, unknown or expired.');
const NO_SESSION = bearer(401, 'invalid_token', 'The TMDB session has ended. Sign in again.');
const NO_SCOPE = bearer(403, 'insufficient_scope', 'The access token lacks the scope tmdb.');

/** Any page may ask: a request counts by its token alone, never by a cookie. */
const CORS: [string, string][] = [
  ['access-control-allow-origin', '*'],
  ['access-control-allow-headers', 'authorization, content-type, accept-language'],
  ['access-control-allow-methods', 'GET, POST, DELETE'],
  ['access-control-max-age', '3600'],
];

/** `{issuer}/tmdb/3/…`: TMDB as the user, for apps with the scope `tmdb`. The session is added here. */
export function createProxy(provider: Provider, settings: OpenidSettings, accounts: Accounts) {
  const { issuer, server, isProxied } = settings;

  const answer = async (ctx: Context): Promise<Answer> => {
    if (ctx.method === 'OPTIONS') return { status: 204, headers: [], body: null };
    const [, value] = /^Bearer ([\w-]+)$/i.exec(ctx.get('authorization')) ?? [];
    const token = value && (await provider.AccessToken.find(value));
    // The token of an app that was removed from `clients` counts no more.
    const app = token && (await provider.Client.find(token.clientId ?? ''));
    if (!token || !app) return NO_TOKEN;
    if (!token.scopes.has('tmdb')) return NO_SCOPE;
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
    const path = ctx.path.slice('/tmdb'.length);
    if (!isProxied(method, path)) return refuse('not_found', [], NOT_PROXIED);
    const request = requestOf(ctx, issuer);
    const body = await readBody(request, server);
    if (typeof body === 'string') return refuse(body);
    const query = new URL(request.url).searchParams;
    const asked = { method, headers: request.headers, path, query, body };
    const answered = await accounts.actAs(token.accountId, ({ signal, auth }) =>
      askTmdb(server, { signal, fetch: auth.fetch }, asked).catch((error: unknown) => {
        if (TmdbAuthError.is(error)) return json({ failure: error.failure });
        throw error;
      }),
    );
    return answered ?? NO_SESSION;
  };

  /** Handles the request if its address belongs to the proxy. */
  return async (ctx: Context): Promise<boolean> => {
    if (!ctx.path.startsWith('/tmdb/')) return false;
    const answered = await answer(ctx);
    await send(ctx, { ...answered, headers: [...answered.headers, ...CORS] });
    return true;
  };
}
