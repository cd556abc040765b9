import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { failure } from '../../../machines/index.ts';
import { expiring } from '../server/expiring-store.ts';
import { createGate } from '../server/gate.ts';
import { createAccounts } from './accounts.ts';
import { createAdapters } from './adapter.ts';
import { send } from './answers.ts';
import { StoreFailed } from './bounded-store.ts';
import { configurationOf, metadataOf } from './configuration.ts';
import { createSlowDown } from './device.ts';
import { acceptEmptySecret } from './empty-secret.ts';
import { createInteractions } from './interactions.ts';
import { limitBeginnings, limitGuesses } from './limits.ts';
import { type OpenidProviderOptions, type OpenidSettings, openidSettingsOf, wrong } from './options.ts';
import { createPages } from './pages.ts';
import { repeatByGet } from './posts.ts';
import { createProxy } from './proxy.ts';

/** Answers every request below the issuer's path, as a handler of `node:http` or a middleware of Express. */
export interface OpenidProvider {
  /** Answers one request. */
  (request: IncomingMessage, response: ServerResponse): void;
  /** Refuses new requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * "Sign in with TMDB" as a standard OpenID provider: authorization code with PKCE, refresh tokens, device codes,
 * introspection, revocation, logout. TMDB's approval is the sign-in, and the TMDB session stays here, sealed.
 * Needs the package `oidc-provider`. Throws a `TypeError` for an invalid option, or `invalid_credentials`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createOpenidProvider } from 'tmdb-auth/openid';
 * import { startSandbox } from 'tmdb-auth/sandbox';
 * import { createStorage } from 'unstorage';
 *
 * await using tmdb = await startSandbox();
 * const provider = createOpenidProvider({
 *   credentials: { accessToken: tmdb.accessToken },
 *   baseURL: tmdb.baseURL,
 *   webURL: tmdb.webURL,
 *   issuer: 'http://localhost:4300',
 *   clients: [{ client_id: 'films', redirect_uris: ['https://films.example/callback'] }],
 *   secrets: ['32 random characters, or more, of your own'],
 *   store: createStorage(),
 * });
 *
 * const server = createServer(provider).listen(4300);
 * const found = await fetch('http://localhost:4300/.well-known/openid-configuration');
 * console.log(((await found.json()) as { issuer: string }).issuer); // http://localhost:4300
 * server.close();
 * ```
 */
export function createOpenidProvider(options: OpenidProviderOptions): OpenidProvider {
  const settings = openidSettingsOf(options);
  const provider = assemble(settings);
  const answer = provider.callback();
  const gate = createGate();

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (gate.isClosing()) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    asIssuer(request, settings);
    const isAnswered = () =>
      new Promise<void>((resolve) => {
        response.once('close', resolve);
        void answer(request, response);
      });
    void gate.hold(null, { mostPerAddress: Number.POSITIVE_INFINITY }, isAnswered);
  };
  return Object.assign(handle, { close: () => gate.close() });
}

function assemble(settings: OpenidSettings): Provider {
  const { issuer, secrets, server, store } = settings;
  const pages = createPages(settings.texts, server.client.webURL);
  // oidc-provider's values end by the system's time, the others by the option `clock`.
  const accounts = createAccounts(server, expiring(store, server.client.clock.now), () => grants);
  const { adapter, grants } = createAdapters(
    secrets,
    expiring(store, () => Date.now()),
    accounts.endIfUnused,
  );
  const guarded = limitGuesses(adapter, settings);
  const provider = new Provider(issuer, configurationOf(settings, guarded, accounts, pages));
  for (const client of settings.clients) checkClient(provider, client);
  // `asIssuer` writes the headers that this reads.
  provider.proxy = true;

  const report = (message: string) => server.client.onWarning(failure('unexpected', { message }));
  // Without the error's message, which may quote a token.
  const warn = (error: Error) => {
    const why = error instanceof StoreFailed ? `: ${error.message}` : ` (${error.name})`;
    report(`The OpenID provider could not answer a request${why}.`);
  };
  provider.on('backchannel.error', (_ctx, _error, { clientId }) =>
    report(`The app "${clientId}" could not be told of a logout.`),
  );
  provider.on('server_error', (_ctx, error) => warn(error));
  // Without a listener Koa prints the error, and what it may quote.
  (provider as EventEmitter).on('error', warn);

  const interact = createInteractions(provider, settings, accounts, pages);
  const proxy = createProxy(provider, settings, accounts);
  const refuseTooMany = limitBeginnings(settings, pages);
  const slowDown = createSlowDown(server.client.clock);
  provider.use(async (ctx, next) => {
    ctx.set(ALWAYS);
    try {
      if (await refuseTooMany(ctx)) return;
      if (ctx.method !== 'POST' && /^\/device\/?$/i.test(ctx.path)) {
        // Shown in the field: oidc-provider would submit it by a script.
        ctx.state.userCode = new URLSearchParams(ctx.querystring).get('user_code');
        ctx.querystring = '';
      }
      await acceptEmptySecret(ctx, settings);
      if (await repeatByGet(ctx, settings)) return;
      if (!(await interact(ctx)) && !(await proxy(ctx))) await next();
    } catch (error) {
      warn(error instanceof Error ? error : new Error('unknown'));
      return send(ctx, pages.retry());
    }
    // Koa gives the empty answer of a revocation a type, which oidc-client-ts then refuses.
    if (ctx.body === '') ctx.remove('content-type');
    slowDown(ctx as KoaContextWithOIDC);
    const location = ctx.response.get('location');
    if (ctx.method === 'POST' && location) {
      ctx.remove('location');
      return send(ctx, pages.leadOn(location));
    }
    const form = typeof ctx.body === 'string' && SUBMITTED_BY_SCRIPT.exec(ctx.body);
    if (form) await send(ctx, pages.submit(decoded(form[1] ?? ''), inputsIn(form[2] ?? ''), ctx.status));
  });
  return provider;
}

/** Headers of every answer. A page has its own content policy. */
const ALWAYS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A page of oidc-provider that a script would submit. */
const SUBMITTED_BY_SCRIPT =
  /<title>Submitting Callback<\/title>.*<form method="post" action="([^"]*)">(.*)<\/form>/s;
const inputsIn = (html: string) => (html.match(/<input type="hidden"[^>]*>/g) ?? []).join('');
const decoded = (text: string) => text.replaceAll('&amp;', '&');

/**
 * Restores the address that users asked for, which proxies and frameworks change. It comes from the issuer alone:
 * `Host` and `X-Forwarded-*` are never believed.
 */
function asIssuer(
  request: IncomingMessage & { originalUrl?: string; baseUrl?: string },
  settings: OpenidSettings,
) {
  const { issuer, basePath } = settings;
  const { protocol, host } = new URL(issuer);
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  request.headers['x-forwarded-host'] = host;
  const isBelow = (url = '') => basePath !== '' && url.startsWith(`${basePath}/`);
  const { originalUrl } = request;
  // HTTP also allows `GET http://any.example/auth`: oidc-provider would believe that address.
  const url = request.url?.replace(/^[^/?]*:\/\/[^/?]*/, '') || '/';
  const seen = isBelow(originalUrl) ? originalUrl : isBelow(url) ? url : undefined;
  request.url = seen?.slice(basePath.length) ?? url;
  request.originalUrl = basePath + request.url;
  request.baseUrl = basePath;
}

function checkClient(provider: Provider, client: OpenidSettings['clients'][number]) {
  try {
    // The types leave the constructor's parameter out.
    new (provider.Client as new (metadata: object) => unknown)(metadataOf(client));
  } catch (error) {
    const { error_description: why } = error as { error_description?: string };
    throw wrong(`clients: "${client.client_id}" is refused: ${why ?? 'invalid metadata'}.`);
  }
}
