/** Style of the sandbox's pages. Their Content-Security-Policy allows exactly this text. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f4f1ec; --card: #fff; --ink: #23201c; --quiet: #6b6259; --line: #d9d1c6;
  --accent: #7a3b12; --on-accent: #fff; --note: #ffe9b8; --on-note: #4a3300; }
@media (prefers-color-scheme: dark) { :root { --page: #181614; --card: #24211e; --ink: #f2ece4; --quiet: #b3a89b;
  --line: #4a433b; --accent: #f0a868; --on-accent: #2a1503; --note: #4a3a12; --on-note: #ffe9b8; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--page); color: var(--ink);
  font: 1rem/1.5 ui-rounded, system-ui, sans-serif; }
header { padding: .75rem 1rem; background: var(--note); color: var(--on-note); text-align: center; }
main { width: min(30rem, 100% - 2rem); margin: clamp(1.5rem, 10vh, 6rem) auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; }
main.wide { width: min(60rem, 100% - 2rem); margin-top: 1.5rem; padding: clamp(1rem, 4vw, 2rem); }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.15rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.long { overflow-wrap: anywhere; min-width: 5rem; }
th { color: var(--quiet); font-weight: 600; font-size: .9rem; }
a { color: var(--accent); }
form p, label { display: block; margin: 0 0 .5rem; }
select, button { width: 100%; min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); color: var(--ink); font: inherit; }
select { margin-bottom: .75rem; }
button { font-weight: 600; cursor: pointer; }
button:hover { border-color: var(--ink); }
button.allow { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choices { display: grid; gap: .75rem; margin: 1.5rem 0; }
.quiet { margin-bottom: 0; color: var(--quiet); font-size: .9rem; }
.target { overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
`;

/** The hash of `STYLE`, precomputed, as the web platform hashes asynchronously. A nonce would make answers differ. */
export const STYLE_HASH = 'sha256-MOZqv/ckDn8kXVUORnDT/DjaJ3LHEX/hgrdGzgdDUe8=';
