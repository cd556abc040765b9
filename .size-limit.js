import { readFileSync } from 'node:fs';

/**
 * The most that each entry may cost a page: minified, gzip, with ofetch, without its peers (XState: 13 kB) and
 * frameworks. What is loaded on demand counts here; what a visit loads of it is in docs/benchmarks.md. The budgets of
 * visitors of `tmdb-auth/lazy` are in test/structure/lazy-size.test.ts (signed out) and test/browser/lazy-size.test.ts
 * (signed in).
 */
const ENTRIES = {
  '.': '29.8 kB',
  './account': '10.2 kB',
  './account/observe': '13.1 kB',
  './account/query': '11 kB',
  './account/react': '13.7 kB',
  './account/vue': '13.6 kB',
  './account/svelte': '13.2 kB',
  './account/solid': '13.6 kB',
  './machine': '5.5 kB',
  './browser': '37.2 kB',
  './lazy': '39 kB',
  './native': '30.9 kB',
  './react': '950 B',
  './vue': '450 B',
  './svelte': '100 B',
  './solid': '400 B',
  './unsafe': '1.9 kB',
  './inspect': '3.2 kB',
  './devtools': '100 B',
  './devtools/react': '100 B',
};

const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

export default Object.entries(ENTRIES).map(([entry, limit]) => ({
  name: entry.replace('.', 'tmdb-auth'),
  path: exports[entry].default.replace('./', ''),
  limit,
  gzip: true,
  ignore: ['react', 'vue', 'solid-js'],
}));
