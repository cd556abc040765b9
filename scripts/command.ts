/**
 * Bundles the command with XState. A library leaves that peer to its app; the command has no app where `yarn dlx` or
 * `npm --legacy-peer-deps` installs it. Part of `npm run build`.
 */
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist/src/tools/cli');

// The compiler's files: the bundle has what is in them, and nothing else may import them.
for (const file of readdirSync(folder)) rmSync(join(folder, file), { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: ['src/tools/cli/main.ts'],
  outdir: folder,
  chunkNames: 'part-[hash]',
  bundle: true,
  // What one command needs is of no use to the others.
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
  plugins: [
    {
      name: 'the other packages are installed with this one',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || /^xstate(\/|$)/.test(path) ? undefined : { path, external: true },
        );
      },
    },
  ],
});

copyFileSync(join(root, 'node_modules/xstate/LICENSE'), join(folder, 'LICENSE-xstate'));
