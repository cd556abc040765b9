import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { html } from '../../server/html.ts';
import { page } from './page.ts';
import { createTelevision } from './television.ts';

interface Film {
  title: string;
  release_date?: string;
}

/** A browser's sign-in, by its cookie. */
interface Visit {
  /** A sign-in that has begun. */
  verifier?: string;
  state?: string;
  tokens?: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
}

interface Registration {
  /** The site's own address. */
  site: string;
  issuer: string;
  id: string;
  secret: string;
}

/** The local addresses of this example have no https. */
const LOCAL = { execute: [oidc.allowInsecureRequests] };

/** A site that signs in by OpenID Connect. Nothing in it is specific to this provider but the scope `tmdb`. */
export async function createSite({ site, issuer, id, secret }: Registration) {
  const app = await oidc.discovery(new URL(issuer), id, secret, undefined, LOCAL);
  const television = await createTelevision(issuer);
  const visits = new Map<string, Visit>();

  const begin = async () => {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const id = randomBytes(16).toString('hex');
    visits.set(id, { verifier, state });
    const address = oidc.buildAuthorizationUrl(app, {
      redirect_uri: `${site}/callback`,
      scope: 'openid profile tmdb',
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return redirect(address, `reel=${id}; HttpOnly; SameSite=Lax; Path=/`);
  };

  const finish = async (url: URL, visit: Visit | undefined) => {
    if (!visit?.verifier || !visit.state) return redirect(new URL('/', site));
    try {
      visit.tokens = await oidc.authorizationCodeGrant(app, new URL(`${site}/callback${url.search}`), {
        pkceCodeVerifier: visit.verifier,
        expectedState: visit.state,
      });
      return redirect(new URL('/', site));
    } catch (error) {
      if (!(error instanceof oidc.AuthorizationResponseError)) throw error;
      return redirect(new URL('/?problem=denied', site));
    }
  };

  /** The favourites of the user, through the provider: the site has no key and no session. */
  const favourites = async ({ access_token: token }: oidc.TokenEndpointResponse, account: string) => {
    const answer = await fetch(`${issuer}/tmdb/3/account/${account}/favorite/movies`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) return [];
    return ((await answer.json()) as { results: Film[] }).results;
  };
  const add = ({ access_token: token }: oidc.TokenEndpointResponse, account: string) =>
    fetch(`${issuer}/tmdb/3/account/${account}/favorite`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ media_type: 'movie', media_id: 550, favorite: true }),
    });

  const home = async (visit: Visit | undefined, hasProblem: boolean) => {
    const claims = visit?.tokens?.claims();
    if (!visit?.tokens || !claims)
      return page(
        'Evening Reel',
        html`<div class="hero"><h1>What did you watch?</h1>
<p class="lead">${hasProblem ? 'You did not allow it, so nothing has changed.' : 'This site has no TMDB key and speaks OpenID Connect.'}</p>
<div class="choices"><form method="post" action="/login"><button class="main">Sign in with TMDB</button></form>
<form action="/television"><button>Use a television</button></form></div></div>`,
      );
    const films = await favourites(visit.tokens, claims.sub);
    const list = films.map(
      ({ title, release_date: date = '' }) =>
        html`<li><h3>${title}</h3><p class="quiet small">${date.slice(0, 4)}</p></li>`,
    );
    const name = String(claims.name ?? claims.sub);
    return page(
      'Evening Reel',
      html`<h1>Good evening, ${name}</h1><section class="panel"><h2>Your favourites on TMDB</h2>
${list.length > 0 ? html`<ul>${list}</ul>` : html`<p class="note">None yet.</p>`}</section>
<form method="post" action="/favourite"><button class="main">Add a film</button></form>`,
      html`<form method="post" action="/logout"><button>Sign out</button></form>`,
    );
  };

  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const id = /(?:^|; )reel=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? '';
    const visit = visits.get(id);
    const isForm = request.method === 'POST' && request.headers.get('origin') === site;
    if (url.pathname === '/callback') return finish(url, visit);
    if (url.pathname === '/login' && isForm) return begin();
    if (url.pathname === '/favourite' && isForm && visit?.tokens) {
      await add(visit.tokens, visit.tokens.claims()?.sub ?? '');
      return redirect(new URL('/', site));
    }
    if (url.pathname === '/logout' && isForm) {
      visits.delete(id);
      const hint = visit?.tokens?.id_token;
      const end = oidc.buildEndSessionUrl(app, {
        post_logout_redirect_uri: `${site}/`,
        ...(hint && { id_token_hint: hint }),
      });
      return redirect(end);
    }
    if (url.pathname === '/television') return television(url);
    return home(visit, url.searchParams.has('problem'));
  };
}

const redirect = (to: URL, cookie = '') =>
  new Response(null, {
    status: 303,
    headers: { location: to.href, ...(cookie && { 'set-cookie': cookie }) },
  });
