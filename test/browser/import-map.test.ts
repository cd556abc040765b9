import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '../support/pack.ts';
import type { Reply } from './chromium.ts';
import { inChromium, reaches, signIn, viewOf } from './stage.ts';

/* A page without a bundler: an import map leads to the files of the published package. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const stage = inChromium();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-import-map-'));
  execFileSync('tar', ['-xzf', pack(folder).tarball, '-C', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OURS = '/package/';
const OTHERS = '/node_modules/';

/** The import map of docs/guides/browser.md, with the packages on this site. */
const IMPORTS = {
  'tmdb-auth/browser': `${OURS}dist/src/platforms/browser/index.js`,
  'tmdb-auth/lazy': `${OURS}dist/src/platforms/lazy/index.js`,
  xstate: `${OTHERS}xstate/dist/xstate.esm.js`,
  ofetch: `${OTHERS}ofetch/dist/index.mjs`,
  destr: `${OTHERS}destr/dist/index.mjs`,
  ufo: `${OTHERS}ufo/dist/index.mjs`,
};

const documentOf = (entry: string, name: string) => `<!doctype html>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<button id="login">Sign in</button>
<script src="/config.js"></script>
<script type="module">
  import { ${name} } from '${entry}';
  window.auth = ${name}(CONFIG);
  document.querySelector('#login').onclick = () => window.auth.login();
</script>`;

function fileAt(path: string): Reply | undefined {
  const file = path.startsWith(OURS) ? join(folder, path) : path.startsWith(OTHERS) ? join(root, path) : '';
  return file && existsSync(file) ? { type: 'text/javascript', text: readFileSync(file, 'utf8') } : undefined;
}

test.each([
  ['tmdb-auth/browser', 'createBrowserAuth', 4, 5],
  ['tmdb-auth/lazy', 'createLazyAuth', 1, 6],
])(
  'a page with an import map signs in by %s and fetches few of its files',
  async (entry, name, most, mostInAll) => {
    const { open, visits } = await stage({
      respond: (path) =>
        fileAt(path) ?? (path === '/' ? { type: 'text/html', text: documentOf(entry, name) } : undefined),
    });
    const fetched = () => [
      ...new Set(visits.map(({ path }) => path).filter((path) => path.startsWith(OURS))),
    ];
    const page = await open();
    await reaches(page, 'idle.fresh');
    expect(fetched()).toContain(IMPORTS[entry as keyof typeof IMPORTS]);
    expect(fetched().length, fetched().join(', ')).toBeLessThanOrEqual(most);
    await signIn(page);
    expect((await viewOf(page)).account?.username).toBe('sandra');
    expect(fetched().length, fetched().join(', ')).toBeLessThanOrEqual(mostInAll);
  },
);
