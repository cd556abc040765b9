import type { Answer } from './answer.ts';
import { randomName } from './names.ts';

/** The handler's own pages. They run no script, and no other site can frame them. */

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const asText = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `:root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}
html{background:Canvas}
body{max-width:34rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.25}
button{font:inherit;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:#01579b;color:#fff;cursor:pointer}
.end{background:#b3261e}
a{color:light-dark(#01579b,#81d4fa)}
li{margin:.5rem 0}
label{display:block;font-weight:600}
input{font:1.5rem/1.25 ui-monospace,monospace;letter-spacing:.08em;text-transform:uppercase;box-sizing:border-box;width:100%;max-width:15rem;margin:.25rem 0 1rem;padding:.5rem .75rem;border:2px solid light-dark(#5f6b76,#9aa7b3);border-radius:.5rem;background:light-dark(#fff,#16191d);color:inherit;display:block}
:focus-visible{outline:3px solid light-dark(#01579b,#81d4fa);outline-offset:2px}
.code{font:600 2rem/1.25 ui-monospace,monospace;letter-spacing:.08em}
[role=alert]{color:light-dark(#b3261e,#ffb4ab);font-weight:600}
.warning{padding:.75rem 1rem;border-left:.25rem solid light-dark(#b3261e,#ffb4ab);background:light-dark(#fdecea,#3b1512)}`;

interface Page {
  status: number;
  title: string;
  /** Default: `en`. */
  language?: string;
  /** CSS that this page needs besides the common style. */
  style?: string;
  /** Another origin that a form of this page goes to. */
  formAction?: string;
  /** HTML. */
  body: string;
  /** The address that the browser opens by itself at once. */
  leadsTo?: string;
}

export function page({
  status,
  title,
  body,
  leadsTo,
  language = 'en',
  style = '',
  formAction = '',
}: Page): Answer {
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
        `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'${formAction && ` ${formAction}`}; base-uri 'none'; frame-ancestors 'none'`,
      ],
    ],
    body: `<!doctype html><html lang="${asText(language)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">${refresh}<title>${asText(title)}</title><style nonce="${nonce}">${STYLE}${style}</style>
<main><h1>${asText(title)}</h1>
${body}</main></html>`,
  };
}

export const link = (to: string, text: string) => `<a href="${asText(to)}">${asText(text)}</a>`;
export const hostOf = (address: string) => new URL(address).host;

/**
 * Sends the browser on to another origin. A redirect would not work after a form: `form-action 'self'` (helmet's
 * default) blocks redirects to other origins, too.
 */
export const continuePage = (to: string): Answer =>
  page({
    status: 200,
    title: `Continue to ${hostOf(to)}`,
    body: `<p>If nothing happens, ${link(to, `continue to ${hostOf(to)}`)}.</p>`,
    leadsTo: to,
  });

/** For a browser that uses another origin than the option `origin`. */
export const wrongOriginPage = (seen: string, home: string): Answer =>
  page({
    status: 403,
    title: `Please sign in at ${hostOf(home)}`,
    body: `<p>You are at ${asText(seen)}, but signing in works only at ${link(home, new URL(home).origin)}.</p>`,
  });

interface UnknownSignIn {
  /** The site's own message in its language, or null for this page's English text. */
  text: string | null;
  /** Whether the return names its sign-in, so that it can be ended. */
  canEnd: boolean;
  /** Whether a user is signed in in this browser. */
  isUser: boolean;
  home: string;
  sessionsAtTmdb: string;
}

/** For a return in a browser that does not know the sign-in: another browser started it, or its cookie was lost. */
export function unknownSignInPage({ text, canEnd, isUser, home, sessionsAtTmdb }: UnknownSignIn): Answer {
  const site = asText(hostOf(home));
  // The form has no `action`: it goes to the page's own address, which names the sign-in.
  const action = canEnd
    ? '<form method="post"><input type="hidden" name="end" value="true"><button class="end">End that sign-in</button></form>'
    : `<p>Look at ${link(sessionsAtTmdb, 'your sessions at TMDB')} and remove the one for this site.</p>`;
  const explanation =
    text === null
      ? `<p>${
          isUser
            ? 'You were already signed in here; this approval did not change that.'
            : 'You are not signed in here.'
        } If you have just approved it at TMDB, the browser that started it may now be signed in to ${site} with your TMDB account.</p>
<ul><li><strong>You started it yourself</strong> in another tab, browser or app: go back there, or sign in again here. There is nothing to end.</li>
<li><strong>Another person sent you a link:</strong> that person can use ${site} as you. End it now.</li></ul>`
      : `<p lang="">${asText(text)}</p>`;
  return page({
    status: 400,
    title: 'This browser does not know this sign-in',
    body: `${explanation}
${action}
<p>${link(home, `Go to ${hostOf(home)}`)}</p>`,
  });
}

/** Asks a person who followed a link from another site to confirm the sign-in with a click. */
export const confirmPage = (login: string, returnTo: string, home: string): Answer =>
  page({
    status: 403,
    title: `Sign in to ${hostOf(home)}?`,
    body: `<p>You followed a link from another site. You will sign in with your TMDB account.</p>
<form method="post" action="${asText(login)}"><input type="hidden" name="returnTo" value="${asText(returnTo)}"><button>Sign in with TMDB</button></form>
<p>${link(home, `Go to ${hostOf(home)}`)}</p>`,
  });

/** The result of ending a sign-in. */
export const endedPage = (isEnded: boolean, home: string, sessionsAtTmdb: string): Answer =>
  page({
    status: 200,
    title: isEnded ? 'That sign-in has been ended' : 'There was nothing to end here',
    body: isEnded
      ? `<p>Its session was deleted at TMDB and can no longer be used there.</p><p>${link(home, `Go to ${hostOf(home)}`)}</p>`
      : `<p>TMDB does not know this sign-in as approved, or its session is too old for this site to find. Look at ${link(sessionsAtTmdb, 'your sessions at TMDB')} and remove any that you do not recognise.</p>`,
  });
