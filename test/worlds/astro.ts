/** The site of docs/guides/astro.md, with view transitions, built and served as static files. */
import { join } from 'node:path';
import { type Consumer, filesOf } from './project.ts';
import { walkThrough } from './static.ts';
import { forWalk } from './walk.ts';

/** Files besides those of the guide. */
const FILES = {
  'src/pages/index.astro': `---
import Layout from '../layouts/Layout.astro';
---

<Layout title="Home"><h1>Home</h1><a href="/films/550/?tab=cast">Film</a></Layout>
`,
  'src/pages/films/[id].astro': `---
import Layout from '../../layouts/Layout.astro';

export const getStaticPaths = () => [{ params: { id: '550' } }];
---

<Layout title="Film" isClosed>
  <h1>Film</h1>
  <p id="at"></p>
  <button id="next">Next</button>
  <script>
    import { navigate } from 'astro:transitions/client';

    document.addEventListener('astro:page-load', () => {
      document.querySelector('#at')?.replaceChildren(location.pathname + location.search);
      document.querySelector('#next')?.addEventListener('click', () => {
        void navigate(\`\${location.pathname}\${location.search}&page=2\`);
      });
    });
  </script>
</Layout>
`,
};

export const astro: Consumer = {
  dependencies: ['xstate', 'astro@7'],
  // Astro 7 needs a newer Node than the project's.
  tools: ['node@22'],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries({ ...FILES, ...filesOf('docs/guides/astro.md') }))
      project.write(name, name === 'src/auth.ts' ? forWalk(text, tmdb) : text);
    project.run('astro build --silent', { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' });
    await walkThrough(join(project.folder, 'dist'), tmdb, { at: '/films/550/?tab=cast' });
    return 'a static site with view transitions: signed in by redirect and popup in Chromium, at a guarded deep link.';
  },
};
