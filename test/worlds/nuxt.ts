/**
 * The apps of docs/guides/nuxt.md: one of Nuxt, with a server that renders it, and one of Vue alone, built by Vite.
 */
import { join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { type Consumer, filesOf, type Project, startSite } from './project.ts';
import { walkThrough } from './static.ts';
import { forWalk, walk } from './walk.ts';

const GUIDE = Object.entries(filesOf('docs/guides/nuxt.md'));
const AT = '/films/550?tab=cast';

const FILM = `<script setup lang="ts">
const route = useRoute();
const router = useRouter();
const next = () => router.push({ query: { ...route.query, page: '2' } });
</script>

<template>
  <main>
    <h1>Film</h1>
    <ClientOnly><p id="at">{{ route.fullPath }}</p></ClientOnly>
    <button id="next" @click="next">Next</button>
  </main>
</template>
`;

const HOME = `<template>
  <main><h1>Home</h1><RouterLink to="${AT}">Film</RouterLink></main>
</template>
`;

/** Files besides those of the guide. */
const FILES = {
  'nuxt.config.ts':
    "export default defineNuxtConfig({ telemetry: false, compatibilityDate: '2026-01-01' });\n",
  'app/app.vue': '<template><div><SignIn /><NuxtPage /></div></template>\n',
  'app/pages/index.vue': HOME,
  'app/pages/films/[id].vue': FILM,
};

async function inNuxt(project: Project, tmdb: Sandbox): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) project.write(name, text);
  for (const [name, code] of GUIDE.filter(([path]) => path.startsWith('app/')))
    project.write(name, name.endsWith('utils/auth.ts') ? forWalk(code, tmdb) : code);
  using site = await startSite(project, tmdb, {
    build: 'nuxt build --logLevel silent',
    start: '.output/server/index.mjs',
    environment: { NUXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  });
  const chromium = await launchChromium();
  try {
    await walk(chromium, tmdb, { address: site.origin + AT, at: AT, guard: '/' });
  } finally {
    await chromium.close();
  }
}

const VUE_FILES = {
  'vite.config.js': "import vue from '@vitejs/plugin-vue';\n\nexport default { plugins: [vue()] };\n",
  'index.html':
    '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title><div id="app"></div><script type="module" src="/src/main.ts"></script></html>',
  'src/main.ts': `import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';

createApp(App).use(router).mount('#app');
`,
  'src/App.vue': `<script setup lang="ts">
import SignIn from './SignIn.vue';
</script>

<template><SignIn /><RouterView /></template>
`,
  'src/Home.vue': HOME,
  'src/Film.vue': FILM.replace(
    '<script setup lang="ts">',
    '<script setup lang="ts">\nimport { useRoute, useRouter } from \'vue-router\';\n',
  ).replaceAll(/<.?ClientOnly>/g, ''),
};

async function inVue(project: Project, tmdb: Sandbox): Promise<void> {
  for (const [name, text] of Object.entries(VUE_FILES)) project.write(name, text);
  for (const [name, code] of GUIDE) {
    if (name === 'src/router.ts') project.write(name, forWalk(code, tmdb));
    if (name.endsWith('SignIn.vue'))
      project.write('src/SignIn.vue', code.replace(/\n\nconst/, "\nimport { auth } from './router';$&"));
  }
  project.run('vite build --logLevel error');
  await walkThrough(join(project.folder, 'dist'), tmdb, { at: AT, fallback: 'index.html' });
}

export const nuxt: Consumer = {
  // The server build of Nuxt 4.5.2 fails here in Nuxt's own files, which import `unctx` both ways.
  dependencies: ['xstate', 'vue', 'vue-router', 'nuxt@4.4'],
  tools: ['node@22', 'vite@8', '@vitejs/plugin-vue@6'],
  async play(project, tmdb) {
    await inVue(project, tmdb);
    await inNuxt(project, tmdb);
    return 'Vue with vue-router, and Nuxt with a server that renders it: signed in by redirect and popup in Chromium, at a guarded deep link.';
  },
};
