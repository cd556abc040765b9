/** A SvelteKit site: the handler as a route, and a server-rendered page. */
import { blockOf, mountOf, SECRET } from './mounts.ts';
import { createPerson } from './person.ts';
import { type Consumer, startSite } from './project.ts';

const FILES = {
  'svelte.config.js': `import adapter from '@sveltejs/adapter-node';

export default { kit: { adapter: adapter() } };
`,
  'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';

export default { plugins: [sveltekit()] };
`,
  'src/app.html':
    '<!doctype html><html lang="en"><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
  'src/lib/server/auth.ts': blockOf('auth.ts'),
  'src/routes/auth/[...path]/+server.ts': mountOf('sveltekit.ts', '$lib/server/auth'),
  'src/routes/+page.server.ts': `import { auth } from '$lib/server/auth';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ request, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { account } = await auth.view(request);
  return { username: account?.username };
};
`,
  'src/routes/+page.svelte': `<script lang="ts">
  let { data } = $props();
</script>

<h1>{data.username ? \`Hello \${data.username}\` : 'Nobody is signed in.'}</h1>
<form method="post" action="/auth/{data.username ? 'logout' : 'login'}"><button>Go on</button></form>
`,
};

export const sveltekit: Consumer = {
  // SvelteKit 3 needs Node 22.
  dependencies: ['xstate'],
  tools: [
    '@sveltejs/kit@2',
    '@sveltejs/adapter-node@5',
    '@sveltejs/vite-plugin-svelte@7',
    'svelte@5',
    'vite@8',
  ],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries(FILES)) project.write(name, text);
    using site = await startSite(project, tmdb, {
      build: 'vite build --logLevel error',
      buildEnvironment: process.env,
      start: 'build/index.js',
      environment: { SECRETS: SECRET },
    });
    const person = createPerson();
    const begin = await person.open(site.origin);
    if (!begin.text.includes('Nobody is signed in.')) throw new Error(`The page begins with: ${begin.text}`);
    const home = await person.allow(await person.submit(`${site.origin}/auth/login`));
    if (!home.text.includes('Hello sandra')) throw new Error(`After the sign-in there is: ${home.text}`);
    const rating = `${site.origin}/auth/tmdb/3/movie/680/rating`;
    const rated = await person.ask(rating, 'POST', { value: 8.5 });
    const taken = await person.ask(rating, 'DELETE');
    if (rated.status !== 201 || taken.status !== 200)
      throw new Error(`The rating was answered with ${rated.status}, taking it back with ${taken.status}`);
    const left = await person.submit(`${site.origin}/auth/logout`);
    if (!left.text.includes('Nobody is signed in.') || tmdb.sessions().length > 0)
      throw new Error('The session was not ended.');
    return 'built without secrets, signed in over HTTP, rated, and out again; the page was made on the server.';
  },
};
