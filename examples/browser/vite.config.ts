import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  // Resolves the package's public name to its sources, so that nothing has to be built first.
  resolve: { alias: { 'tmdb-auth/browser': `${repository}src/platforms/browser/index.ts` } },
  define: { TMDB: JSON.stringify({ credentials: { accessToken: process.env.TMDB_ACCESS_TOKEN ?? '' } }) },
  // All dependencies are listed: Vite reloads the page for one that it finds later.
  optimizeDeps: {
    noDiscovery: true,
    include: ['xstate', 'ofetch'],
  },
  server: { host: '127.0.0.1', fs: { allow: [repository] } },
});
