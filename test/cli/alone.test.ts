/** The command as installed by tools that do not bring its peer: `yarn dlx`, `npm --legacy-peer-deps`. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createStage, press, ROOT, start } from '../node/processes.ts';
import { endOf, envOf, shownUrl } from './run.ts';

let project = '';
const main = () => join(project, 'node_modules/tmdb-auth/dist/src/tools/cli/main.js');

/** The built package with its dependencies, and without XState. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tmdb-auth-alone-'));
  const own = join(project, 'node_modules/tmdb-auth');
  await mkdir(own, { recursive: true });
  await cp(join(ROOT, 'dist'), join(own, 'dist'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(own, 'package.json'));
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), link);
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe.concurrent('the command without xstate beside it', { timeout: 60_000 }, () => {
  test('runs in a folder where the library itself cannot find XState', async (context) => {
    const code = `import('${join(project, 'node_modules/tmdb-auth/dist/src/index.js')}')`;
    const { stderr } = await endOf(start(context, process.execPath, ['--input-type=module', '-e', code], {}));
    context.expect(stderr).toContain("Cannot find package 'xstate'");
  });

  test('signs in, makes requests and signs out', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = (...args: string[]) =>
      start(context, process.execPath, [main(), ...args, '--folder', stage.folder], envOf(stage));
    const login = command('login', '--no-browser');
    await press(await shownUrl(login), 'allow');
    expect(await endOf(login)).toMatchObject({ code: 0, stdout: '✓ Signed in as sandra\n' });
    expect(await endOf(command('whoami'))).toMatchObject({ code: 0, stderr: '' });
    expect(await endOf(command('logout'))).toMatchObject({ code: 0 });
    expect(stage.tmdb.sessions()).toEqual([]);
  });

  test('plays the scenes of the demo', async (context) => {
    const { expect } = context;
    const { code, stdout } = await endOf(
      start(context, process.execPath, [main(), 'demo'], { HOME: project }),
    );
    expect(stdout).toContain('A user signs out, and TMDB deletes the session');
    expect(code).toBe(0);
  });

  test('has XState’s license beside it', async (context) => {
    const files = await readdir(dirname(main()));
    context.expect(files).toContain('LICENSE-xstate');
  });
});
