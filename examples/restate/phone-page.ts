const TEXTS = {
  approved: ['✓', 'Approved', 'The television signs you in now. You can close this page.'],
  denied: ['–', 'Not approved', 'Nothing was shared with the television. You can close this page.'],
  ended: [
    '?',
    'This sign-in has ended',
    'If the television greets you, you are signed in. If not, ask it for a new code.',
  ],
  trouble: ['!', 'That did not work', 'Our service could not be reached. Reload this page in a moment.'],
} as const;

/** The page on the phone after TMDB's redirect. */
export function phonePage(what: keyof typeof TEXTS): string {
  const [mark, title, text] = TEXTS[what];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; text-align: center;
    font: 1.125rem/1.5 system-ui, sans-serif; background: light-dark(#f5f3ef, #12151c); color: light-dark(#1d2230, #eef0f5); }
  main { max-width: 24rem; padding: 1.5rem; }
  .mark { font-size: 3rem; line-height: 1; }
  h1 { margin: .75rem 0 .25rem; font-size: 1.75rem; }
  p { margin: 0; }
</style>
<main>
  <div class="mark" aria-hidden="true">${mark}</div>
  <h1>${title}</h1>
  <p>${text}</p>
</main>
</html>`;
}
