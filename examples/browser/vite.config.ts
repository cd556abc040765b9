import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  // The package by its public name, from its sources: nothing has to be built first.
  resolve: { alias: { 'tmdb-auth/browser': `${repository}src/platforms/browser/index.ts` } },
  define: { TMDB: JSON.stringify({ credentials: { accessToken: process.env.TMDB_ACCESS_TOKEN ?? '' } }) },
  // All of them by name: one that is found later would reload the page.
  optimizeDeps: {
    noDiscovery: true,
    include: ['xstate', 'ofetch'],
  },
  server: { host: '127.0.0.1', fs: { allow: [repository] } },
});
