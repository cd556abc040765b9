/**
 * The most that each entry may cost a page: minified, gzip, with ofetch, without its peers (XState: 13 kB) and
 * frameworks. What is loaded on demand counts here; what a sign-in loads of it is in docs/benchmarks.md, and what a
 * signed-out visitor of `tmdb-auth/lazy` loads in test/structure/lazy-size.test.ts.
 */
const ENTRIES = {
  'tmdb-auth': ['dist/src/index.js', '30.2 kB'],
  'tmdb-auth/account': ['dist/src/account/index.js', '10.4 kB'],
  'tmdb-auth/account/observe': ['dist/src/account/observe/index.js', '13.4 kB'],
  'tmdb-auth/account/query': ['dist/src/account/query/index.js', '11.2 kB'],
  'tmdb-auth/account/react': ['dist/src/account/react/index.js', '13.9 kB'],
  'tmdb-auth/account/vue': ['dist/src/account/vue/index.js', '13.8 kB'],
  'tmdb-auth/account/svelte': ['dist/src/account/svelte/index.js', '13.4 kB'],
  'tmdb-auth/account/solid': ['dist/src/account/solid/index.js', '13.8 kB'],
  'tmdb-auth/machine': ['dist/machines/index.js', '5.7 kB'],
  'tmdb-auth/browser': ['dist/src/platforms/browser/index.js', '37.5 kB'],
  'tmdb-auth/lazy': ['dist/src/platforms/lazy/index.js', '39.5 kB'],
  'tmdb-auth/native': ['dist/src/platforms/native/index.js', '31.2 kB'],
  'tmdb-auth/react': ['dist/src/ui/react/index.js', '950 B'],
  'tmdb-auth/vue': ['dist/src/ui/vue/index.js', '450 B'],
  'tmdb-auth/svelte': ['dist/src/ui/svelte/index.js', '100 B'],
  'tmdb-auth/solid': ['dist/src/ui/solid/index.js', '400 B'],
  'tmdb-auth/unsafe': ['dist/src/client/unsafe/index.js', '2.1 kB'],
  'tmdb-auth/inspect': ['dist/src/tools/inspect/index.js', '3.2 kB'],
  'tmdb-auth/devtools, in production': ['dist/src/tools/devtools/off.js', '100 B'],
  'tmdb-auth/devtools/react, in production': ['dist/src/tools/devtools/react/off.js', '100 B'],
};

export default Object.entries(ENTRIES).map(([name, [path, limit]]) => ({
  name,
  path,
  limit,
  gzip: true,
  ignore: ['react', 'vue', 'solid-js'],
}));
