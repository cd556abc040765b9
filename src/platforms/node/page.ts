import type { AuthView } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { visible } from '../../lib/visible.ts';

/** The text of the page that the user sees after TMDB. */
export interface Notice {
  httpStatus: number;
  mark: string;
  title: string;
  text: string;
}

const closeWindow = 'You can close this window and go back to the program.';

/** How the sign-in ended, for the user in the browser. */
export function noticeOf(view: AuthView): Notice {
  if (view.status === 'user') {
    const name = view.account?.name || view.account?.username;
    return {
      httpStatus: 200,
      mark: '✓',
      title: name ? `Signed in as ${name}` : 'Signed in',
      text: closeWindow,
    };
  }
  switch (view.failure?.code) {
    case 'approval_denied':
      return {
        httpStatus: 200,
        mark: '–',
        title: 'Not approved',
        text: `Nothing was shared. ${closeWindow}`,
      };
    case undefined:
      return { httpStatus: 410, mark: '–', title: 'This sign-in has ended', text: closeWindow };
    default:
      return { httpStatus: 502, mark: '!', title: 'The sign-in failed', text: view.failure?.message ?? '' };
  }
}

/** Why a request was not accepted as the return from TMDB. */
export function noticeOfError(error: unknown): Notice {
  const text = TmdbAuthError.is(error) ? error.message : 'Something unexpected happened.';
  return { httpStatus: 400, mark: '!', title: 'This return was not accepted', text };
}

export const notFound: Notice = { httpStatus: 404, mark: '?', title: 'Nothing here', text: closeWindow };

const escapeHtml = (text: string) =>
  visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The whole page, without scripts or external resources. */
export function pageOf({ mark, title, text }: Notice): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.125rem/1.5 system-ui, sans-serif;
    background: light-dark(#f4f6fb, #0d1420); color: light-dark(#16202e, #e6ecf5); }
  main { max-width: 26rem; margin: 1rem; padding: 2.5rem; text-align: center; border-radius: 1rem;
    background: light-dark(#fff, #162133); box-shadow: 0 1px 3px #0002, 0 12px 40px #0001; }
  .mark { width: 4rem; line-height: 4rem; margin: 0 auto 1rem; border-radius: 50%; font-size: 2rem;
    background: light-dark(#e3f0ff, #1d3557); color: light-dark(#0b5cad, #8cc4ff); }
  h1 { margin: 0 0 .5rem; font-size: 1.5rem; }
  p { margin: 0; opacity: .8; }
</style>
<main>
  <div class="mark" aria-hidden="true">${mark}</div>
  <h1>${escapeHtml(title)}</h1>
  <p>${escapeHtml(text)}</p>
</main>
</html>
`;
}
