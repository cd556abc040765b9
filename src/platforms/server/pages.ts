import type { Answer } from './answer.ts';
import { randomName } from './names.ts';

/* The few pages a person may see of the handler itself. No script runs in them, and no other site may frame them. */

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const asText = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `:root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.25}
button{font:inherit;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:#01579b;color:#fff;cursor:pointer}
.end{background:#b3261e}
a{color:light-dark(#01579b,#81d4fa)}
li{margin:.5rem 0}`;

interface Page {
  status: number;
  title: string;
  /** HTML. */
  body: string;
  /** Where the browser goes by itself, at once. */
  leadsTo?: string;
}

function page({ status, title, body, leadsTo }: Page): Answer {
  const nonce = randomName();
  const refresh =
    leadsTo === undefined ? '' : `<meta http-equiv="refresh" content="0; url=${asText(leadsTo)}">`;
  return {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      // No `sandbox`, which would stop both the form and the refresh.
      [
        'content-security-policy',
        `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      ],
    ],
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">${refresh}<title>${asText(title)}</title><style nonce="${nonce}">${STYLE}</style>
<h1>${asText(title)}</h1>
${body}</html>`,
  };
}

const link = (to: string, text: string) => `<a href="${asText(to)}">${asText(text)}</a>`;
const hostOf = (address: string) => new URL(address).host;

/**
 * Leads on to another origin. A form must not be answered with a redirect there: `form-action 'self'` (helmet's default)
 * holds for redirects, too, and the browser would stay where it is.
 */
export const leadOn = (to: string): Answer =>
  page({
    status: 200,
    title: `On to ${hostOf(to)}`,
    body: `<p>${link(to, `Go on to ${hostOf(to)}`)} if nothing happens by itself.</p>`,
    leadsTo: to,
  });

/** The browser sees the site at another address than the one the handler was told. */
export const otherOrigin = (seen: string, home: string): Answer =>
  page({
    status: 403,
    title: `Please sign in at ${hostOf(home)}`,
    body: `<p>You are at ${asText(seen)}, and signing in works at ${link(home, new URL(home).origin)}.</p>`,
  });

interface Elsewhere {
  /** The site's own text, in its language, in place of what the page says by itself. */
  text: string | null;
  /** The return names its sign-in, so that it can be ended. */
  canEnd: boolean;
  /** Somebody is signed in here, too. */
  isUser: boolean;
  home: string;
  sessionsAtTmdb: string;
}

/** TMDB has led a browser back here that has not begun this sign-in. */
export function begunElsewhere({ text, canEnd, isUser, home, sessionsAtTmdb }: Elsewhere): Answer {
  const site = asText(hostOf(home));
  // The form goes to the address of the page, which names the sign-in; nothing of it is repeated here.
  const way = canEnd
    ? '<form method="post"><input type="hidden" name="end" value="true"><button class="end">End that sign-in</button></form>'
    : `<p>Look at ${link(sessionsAtTmdb, 'your sessions at TMDB')} and remove the one for this site.</p>`;
  const told =
    text === null
      ? `<p>${
          isUser
            ? 'You are signed in here already, and not by this approval.'
            : 'This browser is not signed in by it.'
        } If you have just approved it at TMDB, the browser in which it was begun may be signed in to ${site} with your TMDB account.</p>
<ul><li><strong>You began it yourself</strong>, in another tab, browser or app: go back there, or begin again here. There is nothing to end.</li>
<li><strong>Somebody sent you a link:</strong> that person can use ${site} as you. End it now.</li></ul>`
      : `<p lang="">${asText(text)}</p>`;
  return page({
    status: 400,
    title: 'This sign-in was begun in another browser',
    body: `${told}
${way}
<p>${link(home, `Go to ${hostOf(home)}`)}</p>`,
  });
}

/** A person follows a link of another site to the sign-in: it begins with a click of theirs. */
export const askFirst = (login: string, returnTo: string, home: string): Answer =>
  page({
    status: 403,
    title: `Sign in to ${hostOf(home)}?`,
    body: `<p>A link has led you here. Signing in goes by your account at TMDB.</p>
<form method="post" action="${asText(login)}"><input type="hidden" name="returnTo" value="${asText(returnTo)}"><button>Sign in with TMDB</button></form>
<p>${link(home, `Go to ${hostOf(home)}`)}</p>`,
  });

/** What became of a sign-in that its user wanted to end. */
export const ended = (isEnded: boolean, home: string, sessionsAtTmdb: string): Answer =>
  page({
    status: 200,
    title: isEnded ? 'That sign-in has been ended' : 'There was nothing to end here',
    body: isEnded
      ? `<p>Its session was deleted at TMDB and can no longer be used there.</p><p>${link(home, `Go to ${hostOf(home)}`)}</p>`
      : `<p>TMDB knows no approved sign-in of that kind, or its session is older than this site remembers. Look at ${link(sessionsAtTmdb, 'your sessions at TMDB')} and remove what you do not know.</p>`,
  });
