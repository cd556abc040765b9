import type { Answer } from './answers.ts';
import { STYLE, STYLE_HASH } from './style.ts';

/** Without `form-action` on purpose: Chromium also applies it to the redirect after the form post. */
const CSP = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-type': 'text/html;charset=utf-8',
  'content-security-policy': CSP,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Content of the approval page. */
export interface ApprovalForm {
  /** The path that Allow and Deny post to, without the last segment. */
  action: string;
  redirectTo: string | null;
  /** Hidden fields of both forms. */
  hidden: Readonly<Record<string, string>>;
  usernames: readonly string[];
}

/** Asks the user to allow or deny the app. */
export function approvalPage(form: ApprovalForm): Answer {
  const back =
    form.redirectTo === null
      ? 'You can close this page afterwards.'
      : `You will return to <span class="target">${escapeHtml(form.redirectTo)}</span>`;
  return page(
    200,
    'Allow this app?',
    `<p>An app asks to use your account: your ratings, favourites, watchlist and lists.</p>
<div class="choices">
<form method="post" action="${escapeHtml(form.action)}/allow">${user(form.usernames)}${hidden(form)}
<button class="allow">Allow</button></form>
<form method="post" action="${escapeHtml(form.action)}/deny">${hidden(form)}
<button>Deny</button></form>
</div>
<p class="quiet">${back}</p>`,
  );
}

/** A page with a message and no buttons. */
export function noticePage(status: number, title: string, message: string): Answer {
  return page(status, title, `<p>${escapeHtml(message)}</p>`);
}

/** Redirects to the app. */
export function redirect(location: string): Answer {
  return { status: 302, headers: { ...PAGE_HEADERS, location }, text: '' };
}

/** An error page of a content delivery network, instead of the API's JSON. */
export function cdnPage(status: number): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html;charset=utf-8' },
    text: '<!DOCTYPE html><html lang="en"><head><title>Just a moment…</title></head><body><h1>Please wait</h1></body></html>',
  };
}

/** A page of the sandbox; `wide` for tables. */
export function page(
  status: number,
  title: string,
  body: string,
  width: 'narrow' | 'wide' = 'narrow',
): Answer {
  const text = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · tmdb-auth sandbox</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><strong>tmdb-auth sandbox</strong> For tests on this computer. This is not TMDB.</header>
<main class="${width}">
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
  return { status, headers: PAGE_HEADERS, text };
}

function user(usernames: readonly string[]): string {
  const [only = ''] = usernames;
  if (usernames.length < 2) {
    return `<p>Signed in as <strong>${escapeHtml(only)}</strong></p><input type="hidden" name="username" value="${escapeHtml(only)}">`;
  }
  const options = usernames.map((name) => `<option value="${escapeHtml(name)}">${escapeHtml(name)}</option>`);
  return `<label for="username">Signed in as</label><select id="username" name="username">${options.join('')}</select>`;
}

function hidden(form: ApprovalForm): string {
  return Object.entries(form.hidden)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
