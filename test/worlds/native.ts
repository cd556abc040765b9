/**
 * An app on React Native's own `URL`, `fetch`, `XMLHttpRequest`, `Blob` and `AbortController`, bundled by Metro, in
 * Hermes: sign-in with v3 and v4, a guest, ratings, sign-out, a cold start. This process plays the network and the
 * phone.
 */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { createPhone, press } from './native/phone.ts';
import type { Consumer, Project } from './project.ts';

const sources = join(import.meta.dirname, 'native');

const BUILD = `import Metro from 'metro';
import { getDefaultConfig, mergeConfig } from '@react-native/metro-config';

const config = mergeConfig(await getDefaultConfig(process.cwd()), {
  // What it would run first is native to its end.
  serializer: { getModulesRunBeforeMainModule: () => [] },
  reporter: { update() {} },
  maxWorkers: 2,
});
await Metro.runBuild(config, { entry: 'index.js', platform: 'ios', dev: false, minify: false, out: 'bundle' });
process.exit();
`;

/** Bundles the app with Metro. */
function bundled(project: Project): string {
  for (const name of readdirSync(sources).filter((file) => file.endsWith('.js')))
    project.write(name, readFileSync(join(sources, name), 'utf8'));
  project.write('babel.config.json', '{ "presets": ["module:@react-native/babel-preset"] }');
  project.write('build.js', BUILD);
  project.run('node build.js');
  return project.read('bundle.js');
}

async function play(project: Project, bundle: string, tmdb: Sandbox, apiVersion: 3 | 4): Promise<void> {
  const { accessToken, baseURL, webURL } = tmdb;
  const settings = { credentials: { accessToken }, baseURL, webURL, apiVersion };
  const phone = createPhone(project.folder, bundle);

  let app = phone.start(settings);
  phone.onBrowse(async (url) => ({ type: 'success', url: await press(url, 'allow') }));
  const name = await app.run('auth.login().then(function (view) { return view.account.name })');
  assert.equal(name, 'Sandra Box');
  const film = await app.run(`auth.api('/3/movie/550')`);
  assert.equal((film as { id: number }).id, 550);
  const account = await app.run(`auth.fetch('/3/account').then(function (answer) { return answer.json() })`);
  assert.equal((account as { name: string }).name, 'Sandra Box');
  await playAccount(app.run, tmdb);
  app.kill();

  app = phone.start(settings);
  assert.equal(await app.run(`auth.verify().then(function (view) { return view.status })`), 'user');
  const left = await app.run(
    'auth.logout().then(function (view) { return [view.state, view.failure && view.failure.code] })',
  );
  assert.deepEqual(left, ['idle.loggedOut', null]);
  assert.equal(tmdb.sessions().length, 0);
  assert.equal(phone.kept.size, 0);

  assert.equal(await app.run('auth.loginAsGuest().then(function (view) { return view.status })'), 'guest');
  await app.run('my.rate({ movie: 603 }, 7)');
  assert.equal(await app.run('auth.getView().state'), 'guestActive.used');
  await app.run('auth.logout()');

  phone.onBrowse(async () => ({ type: 'cancel' }));
  await assert.rejects(app.run('auth.login()'), /cancelled/);
  phone.onBrowse(async (url) => ({ type: 'success', url: await press(url, 'deny') }));
  await assert.rejects(app.run('auth.login()'), /approval_denied/);

  // The system kills the app while its user is at TMDB, and the link starts it anew.
  const link = await new Promise<string>((resolve, reject) => {
    phone.onBrowse((url) => {
      app.kill();
      press(url, 'allow').then(resolve, reject);
      return new Promise(() => {});
    });
    void app.run('auth.login()');
  });
  app = phone.start(settings, link);
  app.openLink(link);
  const view = await app.run(`auth.handleCallback(${JSON.stringify(link)})`);
  assert.equal((view as { status: string }).status, 'user');
  assert.equal(tmdb.sessions().length, 1);
  await app.run('auth.logout()');
  assert.deepEqual(phone.warnings, []);
  app.kill();
}

/** A rating, a favourite and a list, by plain paths and by account methods. */
async function playAccount(run: (code: string) => Promise<unknown>, tmdb: Sandbox): Promise<void> {
  await run(`auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } })`);
  await run('my.favorite({ movie: 550 })');
  assert.equal(tmdb.account().ratings.length, 1);
  assert.deepEqual(await run('my.states({ movie: 550 })'), { rating: 8, favorite: true, watchlist: false });
  const [titles, again] = (await run(`titlesIn(my.favorites('movie', { sort: 'newest' }))`)) as string[][];
  assert.equal(titles?.length, 1);
  assert.deepEqual(again, titles);
  const id = await run(`my.lists.create({ name: 'To see' }).then(function (list) { return list.id })`);
  assert.deepEqual(await run(`my.lists.add(${id}, [{ movie: 550 }])`), [
    { media: { movie: 550 }, outcome: 'done' },
  ]);
  assert.equal(await run(`my.lists.contains(${id}, { movie: 550 })`), true);
  await run(`my.lists.delete(${id})`);
  assert.deepEqual(tmdb.account().lists, []);
  await run('my.favorite({ movie: 550 }, false)');
  await run('my.unrate({ movie: 550 })');
}

export const native: Consumer = {
  dependencies: ['xstate', 'react', 'react-native@0.86'],
  tools: [
    '@react-native/metro-config@0.86',
    '@react-native/babel-preset@0.86',
    // The newest Hermes with a shell on npm. React Native's Hermes is newer, and can run everything that this one
    // can.
    'hermes-engine-cli@0.12.0',
  ],
  async play(project, tmdb) {
    const bundle = bundled(project);
    chmodSync(join(project.folder, 'node_modules/hermes-engine-cli/linux64-bin/hermes'), 0o755);
    for (const apiVersion of [3, 4] as const) {
      await play(project, bundle, tmdb, apiVersion);
      tmdb.account();
    }
    return 'React Native 0.86’s own sources in Hermes signed in with v3 and v4, by a cold start too.';
  },
};
