import { createHash } from 'node:crypto';
import type { Account, AuthView, FailureCode } from 'tmdb-auth';
import { FAILURE_CODES, failure } from 'tmdb-auth/machine';
import type { AuthHandler } from 'tmdb-auth/server';
import { type Html, html, NOTHING } from './html.ts';
import { STYLE } from './style.ts';

interface Film {
  id: number;
  title: string;
  overview: string;
  release_date?: string;
  /** The user's rating, in the list of rated films. */
  rating?: number;
}

/** The films of the start page: ids that exist at TMDB and at the local TMDB. */
const FILMS = [550, 603, 680, 11, 18];

/** The pages of the site, rendered on the server without a script: links and forms only. */
export function createSite(auth: AuthHandler, origin: string) {
  const read = async <T>(request: Request, path: string): Promise<T> => {
    const response = await auth.fetch(request, path, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Refused(response.status);
    return (await response.json()) as T;
  };
  const list = async (request: Request, path: string) =>
    (await read<{ results: Film[] }>(request, path)).results;

  const library = async (request: Request, { id: accountId, ...account }: Account): Promise<Html> => {
    const name = account.name || account.username;
    const [films, favourites, rated] = await Promise.all([
      Promise.all(FILMS.map((id) => read<Film>(request, `/3/movie/${id}`))),
      list(request, `/3/account/${accountId}/favorite/movies`),
      list(request, `/3/account/${accountId}/rated/movies`),
    ]);
    const shown = new Set([...favourites, ...rated].map(({ id }) => id));
    return html`<h1>Good evening, ${name}</h1>
${shelf('Your favourites', favourites, 'None yet. Choose one below.', (film) => toggle(film, true))}
${shelf('What you rated', rated, 'Nothing yet.', ({ rating = 0 }) => html`<p class="value">★ ${rating} of 10</p>`)}
${shelf(
  'Films',
  films.filter(({ id }) => !shown.has(id)),
  'You know them all.',
  (film) => toggle(film, false),
)}`;
  };

  /** TMDB refused the session: the handler verifies that, deletes the session and redirects with the reason. */
  const signedOut = (request: Request): Promise<Response> =>
    auth(
      new Request(`${origin}/auth/verify`, {
        method: 'POST',
        headers: { origin, cookie: request.headers.get('cookie') ?? '' },
      }),
    );

  const answer = async (request: Request, work: () => Promise<Response>): Promise<Response> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return signedOut(request);
      const text = html`<h1>TMDB does not answer as it should</h1>
<p class="lead">Nothing was lost. <a href="/">Try again</a> in a moment.</p>`;
      return page(502, 'Not now', text);
    }
  };

  return {
    start: (request: Request) =>
      answer(request, async () => {
        const view = await auth.view(request);
        const code = new URL(request.url).searchParams.get('tmdb_auth_failure');
        const body = view.account ? await library(request, view.account) : welcome(view);
        return page(200, 'Evening Reel', html`${view.account ? NOTHING : notice(code)}${body}`, view);
      }),

    /** Takes the form of the page above. A form of another site has another `Origin`. */
    favourite: (request: Request) =>
      answer(request, async () => {
        const form = new URLSearchParams(await request.text());
        const { account } = await auth.view(request);
        if (request.headers.get('origin') !== origin || !account) return page(403, 'No', html`<h1>No</h1>`);
        const response = await auth.fetch(request, `/3/account/${account.id}/favorite`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            media_type: 'movie',
            media_id: Number(form.get('film')),
            favorite: form.get('keep') === 'true',
          }),
          signal: AbortSignal.timeout(10_000),
        });
        if (!response.ok) throw new Refused(response.status);
        return new Response(null, { status: 303, headers: { location: '/' } });
      }),

    missing: () =>
      page(
        404,
        'Not found',
        html`<h1>There is nothing here</h1><p class="lead"><a href="/">Start page</a></p>`,
      ),
  };
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`TMDB answered ${status}`);
    this.status = status;
  }
}

const button = (action: string, text: string, look = '') =>
  html`<form method="post" action="${action}"><button class="${look}">${text}</button></form>`;

function welcome({ guest }: AuthView): Html {
  const choices = html`${button('/auth/login', 'Sign in with TMDB', 'main')}
${guest ? NOTHING : button('/auth/guest', 'Continue as guest')}`;
  const until =
    guest && new Date(guest.used ? guest.expiresAt : guest.unusedUntil).toISOString().slice(11, 16);
  return html`<div class="hero"><h1>${guest ? 'Good evening, guest' : 'What did you watch?'}</h1>
<p class="lead">${
    until
      ? `You are a guest until ${until} UTC. Sign in to keep favourites.`
      : 'Keep your favourite films and what you think of them. Your account stays at TMDB; this site never sees your password.'
  }</p>
<div class="choices">${choices}</div></div>`;
}

function shelf(title: string, films: readonly Film[], empty: string, extra: (film: Film) => Html): Html {
  const items = films.map(
    (film) => html`<li><h3>${film.title}</h3>
<p class="quiet small">${film.release_date?.slice(0, 4) ?? ''}</p><p>${film.overview}</p>${extra(film)}</li>`,
  );
  return html`<section class="panel"><h2>${title}</h2>${
    items.length > 0 ? html`<ul>${items}</ul>` : html`<p class="note">${empty}</p>`
  }</section>`;
}

const toggle = ({ id, title }: Film, isKept: boolean) =>
  html`<form method="post" action="/favourite"><input type="hidden" name="film" value="${id}">
<input type="hidden" name="keep" value="${String(!isKept)}">
<button aria-label="${title}: favourite" aria-pressed="${String(isKept)}">${isKept ? '♥ Favourite' : '♡ Favourite'}</button></form>`;

/** Texts for the user, where the package's own speak of “the user”. */
const TO_THE_USER: Partial<Record<FailureCode, string>> = {
  approval_denied: 'You did not approve it on TMDB, so nothing has changed.',
  token_expired: 'That took too long, and TMDB’s question is no longer valid. Sign in again.',
  session_denied: 'TMDB made no session of your approval. Sign in again.',
  session_invalid: 'You are signed out: TMDB no longer knows your session. Sign in again.',
};

/** The address carries only a code; the text is the site's own. */
function notice(code: string | null): Html {
  const known = FAILURE_CODES.find((each) => each === code);
  return known
    ? html`<p class="notice" role="alert">${TO_THE_USER[known] ?? failure(known).message}</p>`
    : NOTHING;
}

function person({ account, guest }: AuthView): Html {
  if (!account && !guest) return NOTHING;
  const name = account ? account.name || account.username : 'Guest';
  return html`<div class="person"><span class="face" aria-hidden="true">${name.slice(0, 1)}</span><span>${name}</span></div>
${button('/auth/logout', 'Sign out')}`;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No `form-action`: Chromium would block the redirect to TMDB after the form.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

function page(status: number, title: string, body: Html, view?: AuthView): Response {
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ html: STYLE }}</style>
</head>
<body>
<header><a class="name" href="/">Evening Reel</a>${view ? person(view) : NOTHING}</header>
<main>${body}</main>
<footer class="quiet small">This product uses the TMDB API but is not endorsed or certified by TMDB.</footer>
</body>
</html>
`;
  return new Response(text.html, { status, headers: HEADERS });
}
