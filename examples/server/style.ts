/** The site's stylesheet, light and dark. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f5f3ee; --card: #fffdf9; --ink: #1d2226; --quiet: #5b6368; --line: #dcd6ca; --edge: #857d70;
  --accent: #0b5d66; --on-accent: #fff; --soft: #dfeeee; --bad: #fbe4de; --on-bad: #7a1f0c; --star: #9a5b00; }
@media (prefers-color-scheme: dark) { :root { --page: #12171a; --card: #1b2226; --ink: #eef1f0; --quiet: #a3aeb2;
  --line: #344046; --edge: #76858c; --accent: #7fd6d8; --on-accent: #062528; --soft: #1f3437; --bad: #46201a; --on-bad: #ffd9cf;
  --star: #f3b95f; } }
* { box-sizing: border-box; }
body { display: grid; grid-template: auto 1fr auto / minmax(0, 1fr); min-height: 100vh; margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main, footer { width: min(60rem, 100% - 2.5rem); margin-inline: auto; }
header { display: flex; gap: 1rem; align-items: center; min-height: 5.75rem; }
header .name { margin-right: auto; font: 600 1.35rem/1.2 Georgia, serif; color: inherit; text-decoration: none; }
header .name::before { content: ''; display: inline-block; width: .85em; height: .85em; margin-right: .5em;
  border-radius: 50%; background: radial-gradient(circle at 35% 35%, var(--star), var(--accent)); }
h1 { margin: 0; font: 600 clamp(2rem, 4vw, 2.75rem)/1.1 Georgia, serif; text-wrap: balance; }
h2 { margin: 0 0 1rem; font: 600 1.4rem/1.2 Georgia, serif; }
h3 { margin: 0; font: 600 1.1rem/1.3 Georgia, serif; }
p { margin: 0; }
a { color: var(--accent); text-underline-offset: .2em; }
form { margin: 0; }
.lead { max-width: 38rem; margin: 1rem 0 0; color: var(--quiet); font-size: 1.1rem; text-wrap: pretty; }
.hero { padding: clamp(2rem, 7vw, 4.5rem) 0; }
.hero .choices { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 2rem; }
main > h1 { margin: 1rem 0 2rem; }
.panel { margin: 0 0 2.5rem; }
.notice { margin-bottom: 1.5rem; padding: .85rem 1.1rem; border-radius: .75rem; background: var(--bad); color: var(--on-bad); }
.note { padding: .85rem 1.1rem; border-radius: .75rem; background: var(--soft); }
button { min-height: 2.75rem; padding: .5rem 1.15rem; border: 1px solid var(--edge); border-radius: 999px; white-space: nowrap;
  background: transparent; color: var(--ink); font: 600 1rem/1.2 system-ui, sans-serif; cursor: pointer; }
button:hover { border-color: currentColor; }
button.main { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button.main:hover { filter: brightness(1.08); }
button[aria-pressed=true] { border-color: var(--accent); background: var(--soft); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.person { display: flex; gap: .6rem; align-items: center; }
.face { display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%; background: var(--accent);
  color: var(--on-accent); font: 600 1.1rem/1 Georgia, serif; }
.person > :last-child { overflow-wrap: anywhere; }
/* On a phone the picture stands for the name, which is still read out. */
@media (max-width: 32rem) {
  header { gap: .6rem; }
  header .name { font-size: 1.1rem; }
  header button { padding-inline: .85rem; }
  .person > :last-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
}
.quiet { color: var(--quiet); }
.small { font-size: .9rem; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1rem; margin: 0; padding: 0;
  list-style: none; }
li { display: flex; flex-direction: column; gap: .5rem; padding: 1.1rem 1.25rem; border: 1px solid var(--line);
  border-radius: 1rem; background: var(--card); }
li form { margin-top: auto; padding-top: .5rem; }
.value { color: var(--star); font-weight: 600; }
footer { margin-top: 1.5rem; padding: 1.5rem 0 2.5rem; border-top: 1px solid var(--line); }
`;
