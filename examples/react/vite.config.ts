import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const source = (path: string) => `${repository}src/${path}`;

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: {
    // Resolves the package's public names to its sources, so that nothing has to be built first.
    alias: [
      { find: /^tmdb-auth$/, replacement: source('index.ts') },
      { find: /^tmdb-auth\/(account\/\w+)$/, replacement: source('$1/index.ts') },
      { find: /^tmdb-auth\/browser$/, replacement: source('platforms/browser/index.ts') },
      { find: /^tmdb-auth\/react$/, replacement: source('ui/react/index.ts') },
      // Chooses what the package's `development` condition chooses in an app that has it installed.
      {
        find: /^tmdb-auth\/devtools\/react$/,
        replacement: source(`tools/devtools/react/${mode === 'production' ? 'off' : 'index'}.ts`),
      },
    ],
  },
  // `npm run example react` replaces these by a local TMDB; on their own they use the real one.
  define: {
    TMDB: JSON.stringify({ credentials: { accessToken: process.env.TMDB_ACCESS_TOKEN ?? '' } }),
    IS_REAL_TMDB: 'true',
  },
  // All dependencies are listed: Vite reloads the page for one that it finds later.
  optimizeDeps: {
    noDiscovery: true,
    include: ['react', 'react/jsx-dev-runtime', 'react-dom', 'react-dom/client', 'xstate', 'ofetch', 'qr'],
  },
  server: { host: '127.0.0.1', fs: { allow: [repository] } },
}));
