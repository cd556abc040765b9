import { createHash } from 'node:crypto';
import { type Html, html, NOTHING } from '../../server/html.ts';
import { STYLE } from '../../server/style.ts';

const HASH = createHash('sha256').update(STYLE).digest('base64');

/** A page of the site, without scripts. `form-action` names no address, as signing in redirects to the provider. */
export function page(title: string, body: Html, aside: Html = NOTHING, { refresh = '' } = {}): Response {
  const text = html`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">${refresh ? html`<meta http-equiv="refresh" content="${refresh}">` : NOTHING}
<title>${title}</title><style>${{ html: STYLE }}</style>
<header><a class="name" href="/">Evening Reel</a>${aside}</header><main>${body}</main>
<footer class="quiet small">An example of tmdb-auth on a local TMDB.</footer></html>`;
  return new Response(text.html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; frame-ancestors 'none'`,
    },
  });
}
