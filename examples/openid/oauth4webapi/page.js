const escaped = (text) => String(text).replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

const SIGN_IN = '<form method="post" action="/login"><button>Sign in with TMDB</button></form>';
const SIGN_OUT = '<form method="post" action="/logout"><button>Sign out</button></form>';

/** The only page, for a user with these claims or for a visitor. */
export function page(claims, isDenied) {
  const body = claims
    ? `<h1>Good evening, ${escaped(claims.name)}</h1>${SIGN_OUT}`
    : `<h1>Evening Reel</h1>${isDenied ? '<p role="alert">You did not allow it.</p>' : ''}${SIGN_IN}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Evening Reel</title>
<style>
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
body { max-width: 32rem; margin: 15vh auto; padding: 0 1.5rem }
h1 { line-height: 1.2 }
button { font: inherit; padding: .5rem 1.25rem }
</style>
<main>${body}</main>
</html>`;
}
