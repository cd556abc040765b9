/** The app of docs/guides/sveltekit.md, built and served as static files, in SvelteKit 3 and 2. */
import { join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { type Consumer, filesOf, type Project } from './project.ts';
import { walkThrough } from './static.ts';
import { forWalk } from './walk.ts';

const GUIDE = filesOf('docs/guides/sveltekit.md');
const CLIENT = 'src/lib/auth.ts';

/** Files besides those of the guide. */
const FILES = {
  'vite.config.js': `import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';

export default { plugins: [sveltekit({ adapter: adapter({ fallback: '200.html' }) })] };
`,
  'src/app.html':
    '<!doctype html><html lang="en"><head><link rel="icon" href="data:,">%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
  'src/routes/+page.svelte': '<h1>Home</h1>\n<a href="/films/550?tab=cast">Film</a>\n',
  'src/routes/films/[id]/+page.svelte': `<script lang="ts">
  import { goto } from '$app/navigation';
  import { page } from '$app/state';

  const at = $derived(page.url.pathname + page.url.search);
</script>

<h1>Film</h1>
<p id="at">{at}</p>
<button id="next" onclick={() => goto(\`\${at}&page=2\`)}>Next</button>
`,
};

async function signIn(project: Project, tmdb: Sandbox): Promise<void> {
  project.run('vite build --logLevel error');
  const folder = join(project.folder, 'build');
  await walkThrough(folder, tmdb, { at: '/films/550?tab=cast', fallback: '200.html' });
}

export const sveltekitClient: Consumer = {
  dependencies: ['xstate'],
  tools: [
    // SvelteKit 3 needs a newer Node than the project's.
    'node@22',
    '@sveltejs/kit@3',
    '@sveltejs/adapter-static@4',
    '@sveltejs/vite-plugin-svelte@7',
    'svelte@5',
    'vite@8',
  ],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries({ ...FILES, ...GUIDE })) project.write(name, text);
    project.write(CLIENT, forWalk(project.read(CLIENT), tmdb));
    await signIn(project, tmdb);
    project.install(['@sveltejs/kit@2', '@sveltejs/adapter-static@3']);
    await signIn(project, tmdb);
    return 'an app of pages in SvelteKit 3 and 2: signed in by redirect and popup in Chromium, at a guarded deep link.';
  },
};
