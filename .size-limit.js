import { readFileSync } from 'node:fs';

/**
 * The most that each entry may cost a page: minified, gzip, with ofetch, without its peers (XState: 13 kB) and
 * frameworks. What is loaded on demand counts here; what a visit loads of it is in docs/benchmarks.md. The budgets of
 * visitors of `tmdb-auth/lazy` are in test/structure/lazy-size.test.ts (signed out) and test/browser/lazy-size.test.ts
 * (signed in).
 */
const ENTRIES = {
  '.': '32.6 kB',
  './account': '10.6 kB',
  './account/observe': '13.6 kB',
  './account/query': '11.5 kB',
  './account/react': '14 kB',
  './account/vue': '14 kB',
  './account/svelte': '13.6 kB',
  './account/solid': '14 kB',
  './machine': '5.9 kB',
  './browser': '40.1 kB',
  './lazy': '43.7 kB',
  './native': '33.8 kB',
  './react': '950 B',
  './vue': '450 B',
  './svelte': '100 B',
  './solid': '400 B',
  './unsafe': '2.4 kB',
  './inspect': '3.4 kB',
  './devtools': '50 B',
  './devtools/react': '50 B',
};

const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const pathOf = (entry) => exports[entry].default.replace('./', '');

export default [
  ...Object.entries(ENTRIES).map(([entry, limit]) => ({
    name: entry.replace('.', 'tmdb-auth'),
    path: pathOf(entry),
    limit,
    gzip: true,
    ignore: ['react', 'vue', 'solid-js'],
  })),
  // Without the files that such a visitor does not load, and with some code of size-limit's own.
  {
    name: 'tmdb-auth/lazy, a returning visitor',
    path: pathOf('./lazy'),
    limit: '4.42 kB',
    gzip: true,
    ignore: ['*/engine.js', '*/full.js', '*/ask-server.js'],
  },
];
