import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  // Resolves the package to its sources, so that nothing has to be built first.
  resolve: { alias: { 'tmdb-auth/browser': `${repository}src/platforms/browser/index.ts` } },
  define: { TMDB: JSON.stringify({ credentials: { accessToken: process.env.TMDB_ACCESS_TOKEN ?? '' } }) },
  // Listed by name: a dependency discovered later would reload the page.
  optimizeDeps: {
    noDiscovery: true,
    include: ['xstate', 'ofetch'],
  },
  server: { host: '127.0.0.1', fs: { allow: [repository] } },
});
