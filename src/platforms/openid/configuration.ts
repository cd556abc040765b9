import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../../../machines/index.ts';
import { type Accounts, INTERACTION } from './accounts.ts';
import type { createAdapters } from './adapter.ts';
import { send } from './answers.ts';
import { deviceFlowOf } from './device.ts';
import { cookieKeysOf, signingKeysOf } from './keys.ts';
import type { OpenidClient, OpenidSettings } from './options.ts';
import { type Pages, SCOPES } from './pages.ts';

/** For browsers that have only opened a page with a form. In seconds, as all below. */
const ANONYMOUS = 60 * 60;

export function configurationOf(
  settings: OpenidSettings,
  adapter: ReturnType<typeof createAdapters>['adapter'],
  accounts: Accounts,
  pages: Pages,
): Configuration {
  const { issuer, secrets, server } = settings;
  const signedIn = Math.ceil(server.client.sessionMaxAge / 1_000);
  return {
    adapter,
    clients: settings.clients.map(metadataOf),
    jwks: { keys: signingKeysOf(secrets) },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    cookies: cookiesOf(settings),
    // In seconds.
    ttl: {
      AccessToken: 3_600,
      AuthorizationCode: 60,
      IdToken: 3_600,
      DeviceCode: 600,
      Interaction: INTERACTION,
      // A page with a form needs a session for its `xsrf`. For 30 days these would fill the store.
      Session: (_ctx, { accountId }) => (accountId === undefined ? ANONYMOUS : signedIn),
      Grant: signedIn,
      RefreshToken: signedIn,
    },
    // Only what `metadataOf` gives to apps, so that the discovery document promises no more.
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    scopes: Object.keys(SCOPES),
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'picture', 'locale'] },
    // Many client libraries read the profile from the ID token alone.
    conformIdTokenClaims: false,
    // RFC 9700, section 2.1.1. Some libraries for apps with a secret, such as Passport's, do not know PKCE.
    pkce: { required: (_ctx, { clientAuthMethod }) => clientAuthMethod === 'none' },
    // RFC 9700, 2.2.2: a stolen token of an app with a secret is of no use alone, and no lost answer signs its user out.
    rotateRefreshToken: ({ oidc }) => oidc.client?.clientAuthMethod === 'none',
    // Without `offline_access`, which most libraries do not ask for.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // The browser that typed a device's code may be another person's, or be closed.
    expiresWithSession: async (_ctx, { kind, scopes }) =>
      kind !== 'DeviceCode' && !scopes.has('offline_access'),
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    // Without oidc-provider's ban on internal addresses: only those of the option `clients` are asked.
    fetch: (url, { dispatcher: _, ...init }: RequestInit & { dispatcher?: unknown } = {}) =>
      globalThis.fetch(url, init),
    interactions: { url: (_ctx, { uid }) => `${issuer}/interaction/${uid}`, policy: policyOf(accounts) },
    findAccount: (ctx, id) => findAccount(ctx, id, accounts),
    renderError: (ctx, { error, error_description }, cause) =>
      send(
        ctx,
        cause.name === 'SessionNotFound'
          ? pages.late(ctx.status)
          : ctx.status >= 500
            ? pages.retry()
            : pages.error(ctx.status, error, error_description),
      ),
    features: {
      devInteractions: { enabled: false },
      deviceFlow: deviceFlowOf(issuer, pages),
      introspection: {
        enabled: true,
        // An API of yours may ask about the tokens of its apps; an app without a secret only about its own.
        allowedPolicy: async (_ctx, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          const xsrf = /name="xsrf" value="([\w-]+)"/.exec(form)?.[1] ?? '';
          return send(ctx, pages.logout(`${issuer}/session/end/confirm`, xsrf));
        },
        postLogoutSuccessSource: (ctx) => send(ctx, pages.loggedOut()),
      },
      // Tokens are for this provider alone, and sent as `Bearer`.
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
    },
  };
}

/**
 * Over https the names have a prefix, so that another host of the same domain cannot plant a session (`__Host-`), nor
 * plain http any cookie. `__Host-` needs the path `/`, so the name tells providers of one host apart.
 */
function cookiesOf({ basePath, secrets, server }: OpenidSettings): Configuration['cookies'] {
  const always = { signed: true, httpOnly: true, sameSite: 'lax', overwrite: true } as const;
  const [host, secure] = server.isSecure ? ['__Host-', '__Secure-'] : ['', ''];
  return {
    keys: cookieKeysOf(secrets),
    names: {
      session: `${host}tmdb-openid${server.isSecure ? basePath.replace(/\W/g, '.') : ''}`,
      interaction: `${secure}tmdb-openid.interaction`,
      resume: `${secure}tmdb-openid.resume`,
    },
    long: { ...always, path: server.isSecure ? '/' : basePath || '/' },
    short: always,
  };
}

export function metadataOf({ grant_types: grants = DEFAULT_GRANTS, ...client }: OpenidClient) {
  const usesCode = grants.includes('authorization_code');
  return {
    token_endpoint_auth_method: client.client_secret ? ('client_secret_basic' as const) : ('none' as const),
    redirect_uris: [],
    ...client,
    grant_types: [...grants],
    response_types: usesCode ? ['code' as const] : [],
  };
}

const DEFAULT_GRANTS = ['authorization_code', 'refresh_token'];

/** A session that was revoked on TMDB, or ended with the last app, needs a new sign-in. */
function policyOf(accounts: Accounts) {
  const policy = interactionPolicy.base();
  const isGone = new interactionPolicy.Check(
    'tmdb_session_gone',
    'The TMDB session has ended',
    'login_required',
    async ({ oidc }) => {
      const accountId = oidc.session?.accountId;
      if (accountId === undefined) return false;
      // Nothing tells us that a user has revoked the session, so TMDB is asked, once for each request.
      return (await (oidc.result ? accounts.find(accountId) : accounts.verify(accountId))) === null;
    },
  );
  policy.get('login')?.checks.add(isGone);
  return policy;
}

/** A refresh asks TMDB whether the session still exists, as nothing tells us that a user has revoked it. */
async function findAccount(ctx: KoaContextWithOIDC, accountId: string, accounts: Accounts) {
  const isRefresh = ctx.oidc?.route === 'token' && ctx.oidc.params?.grant_type === 'refresh_token';
  const account = await (isRefresh ? accounts.verify(accountId) : accounts.find(accountId));
  return account ? { accountId, claims: () => claimsOf(account) } : undefined;
}

function claimsOf({ id, name, username, avatarPath, gravatarHash, language, country }: Account) {
  const picture = avatarPath
    ? `https://image.tmdb.org/t/p/w185${avatarPath}`
    : gravatarHash && `https://www.gravatar.com/avatar/${gravatarHash}`;
  return {
    sub: String(id),
    name: name || username,
    preferred_username: username,
    ...(picture && { picture }),
    ...(language && { locale: country ? `${language}-${country}` : language }),
  };
}
