import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../node/processes.ts';

/** A text of each module that occurs nowhere else. XState itself contains `@xstate.actor`. */
const MARKERS: Record<string, string> = {
  'devtools/open-devtools': 'tmdb-auth-devtools',
  'devtools/dock': 'Size of the panel',
  'devtools/screen': 'No client yet',
  'devtools/chart': 'The drawing',
  'devtools/statechart': '"data-moves":"restoring|done:done|',
  'devtools/present': 'A UI shows: ',
  'devtools/timeline': 'Nothing has happened yet.',
  'devtools/model': 'Guest session, if nothing is rated',
  'devtools/describe': 'First seen here',
  'devtools/words': 'Another tab or process changed the record',
  'devtools/texts': 'The user approves the request on TMDB',
  'devtools/styles': 'container: screen / size',
  'inspect/messages': '_version',
  'inspect/follow': 'the inspector failed and was disconnected',
};

/** Texts that the panel brings into no app, not even in development: those of the inspectors and the viewer. */
const NEVER = ['@statelyai', 'npx tmdb-auth inspect', 'xstate.inspect', 'The viewer was stopped'];

const foundIn = (text: string) =>
  Object.entries(MARKERS).flatMap(([module, marker]) => (text.includes(marker) ? [module] : []));

/**
 * The output of `vite build` for the example, without its styles: those mention the panel's button for its position.
 */
async function built(mode: 'production' | 'development'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', 'examples/react', '--outDir', folder, '--emptyOutDir', '--mode', mode];
  // A clean environment as from a shell: this process's NODE_ENV would select another mode.
  await promisify(execFile)(process.execPath, args, { cwd: ROOT, env: { PATH: process.env.PATH } });
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    names.filter((name) => /\.(js|html)$/.test(name)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.join('\n');
}

test('a production build of the example contains nothing of the panel', async () => {
  const text = await built('production');
  expect(foundIn(text)).toEqual([]);
  expect(NEVER.filter((marker) => text.includes(marker))).toEqual([]);
  // Proves that the whole app is there.
  expect(text).toContain('awaitingApproval');
  expect(text).toContain('Continue as a guest');
});

test('a development build of the example contains every module of the panel, and no inspector', async () => {
  const text = await built('development');
  expect(foundIn(text)).toEqual(Object.keys(MARKERS));
  expect(NEVER.filter((marker) => text.includes(marker))).toEqual([]);
});

/** An app with the installed package, as its bundler resolves it. */
async function bundled(conditions?: string[]): Promise<string> {
  const contents = `import { openDevtools } from 'tmdb-auth/devtools';
    import { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';
    console.log(openDevtools, TmdbAuthDevtools);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['react'],
    ...(conditions && { conditions }),
  });
  return outputFiles[0]?.text ?? '';
}

test('the published package has an empty panel unless the bundler asks for development', async () => {
  expect(foundIn(await bundled(['development']))).toEqual(Object.keys(MARKERS));
  for (const conditions of [undefined, ['production'], ['browser', 'import']]) {
    const text = await bundled(conditions);
    expect(foundIn(text)).toEqual([]);
    expect(text.length).toBeLessThan(500);
  }
});
