/**
 * Type-checks and runs the code of the README, the docs, the guides and the doc comments. Code that needs a page,
 * does not end, or `declare`s its input is type-checked only.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { H3, withItsH3 } from './mounts.ts';
import { type Block, blocksOf, type Consumer, type Project, playProgram } from './project.ts';

const root = join(import.meta.dirname, '../..');

interface Example extends Block {
  /** Its path in the project. */
  file: string;
}

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: folder !== 'docs', encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

/** TypeScript checks no `.mjs`, the name under which a reader saves a program that Node runs. */
const fileOf = ({ name, language }: Block, at: number) =>
  name?.replace(/\.mjs$/, '.mts') ?? `block-${at + 1}.${language}`;

const examplesOf = (page: string): Example[] =>
  blocksOf(page).map((block, at) => ({
    ...block,
    file: join(page.replaceAll(/\W/g, '-'), fileOf(block, at)),
  }));

/** These need the framework's own compiler, or generated types: the world of that name builds them. */
const BUILT = /guides\/(sveltekit|nuxt|astro|angular|typed-clients)\.md$/;

/** A Next app imports its modules without file extensions; Next's world runs it. */
const isOfNext = ({ file }: Example) => file.startsWith('docs-guides-next-md/');

const isTyped = ({ language }: Example) => /^tsx?$/.test(language);

const compilerOptions = {
  module: 'NodeNext',
  target: 'ES2023',
  jsx: 'react-jsx',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

/** `export {}` makes each block a module, even without imports. */
function check(project: Project, examples: Example[], options: object): void {
  for (const { file, code } of examples) {
    const text = withItsH3(file, code);
    project.write(file, /^(import|export) /m.test(text) ? text : `${text}\nexport {};\n`);
  }
  const files = examples.map(({ file }) => file);
  project.write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }),
  );
  try {
    project.run('tsc');
  } catch (error) {
    throw new Error(`Examples do not type-check:\n${(error as { stdout: string }).stdout}`);
  }
}

/** Code for a page needs a browser, a server does not end, and the real TMDB is not called. */
const STAYS =
  /from '(react|openid-client|@playwright\/test|vue|svelte|moviedb-promise|tmdb-ts|msw|@tanstack)|tmdb-auth\/(browser|lazy|native|react|vue|svelte|solid|devtools|server|openid|restate|inspect)|serve\(|^declare |fetch\('https|api\.themoviedb/m;

async function run(project: Project, examples: Example[], tmdb: Sandbox): Promise<number> {
  const programs = examples.filter(
    ({ language, code }) => /from 'vitest'/.test(code) || (language === 'ts' && !STAYS.test(code)),
  );
  for (const { file, code } of programs) {
    const runner = /from 'vitest'/.test(code) ? ['vitest', 'run', '--dir', '.'] : ['tsx'];
    await playProgram(project, ['npx', ...runner, file], tmdb);
  }
  return programs.length;
}

const GUESTS = [
  'react',
  '@types/react',
  '@types/react-dom',
  'react-router',
  '@xstate/react',
  '@tanstack/react-query',
  '@tanstack/react-router',
  'next@16',
  'vue',
  'solid-js',
  '@restatedev/restate-sdk',
  '@restatedev/xstate',
  'openid-client@6',
  'vitest',
  'jsdom',
  '@testing-library/react',
  '@playwright/test',
  'moviedb-promise',
  'msw@2',
  'express',
  '@types/express',
  'helmet',
  'fastify@5',
  'koa@3',
  '@types/koa',
  'react-native@0.86',
  'expo-linking@57',
  'expo-secure-store@57',
  'expo-web-browser@57',
  ...H3,
];

export const docs: Consumer = {
  dependencies: ['xstate'],
  tools: ['typescript', 'tsx', '@types/node@20', 'unstorage', 'ioredis@5', 'hono', '@hono/node-server'],
  async play(project, tmdb) {
    const readme = examplesOf('README.md').filter(isTyped);
    const all = [
      ...filesIn('docs', '.md'),
      ...filesIn('docs/guides', '.md').filter((page) => !BUILT.test(page)),
      ...filesIn('machines', '.ts'),
      ...filesIn('src', '.ts'),
    ].flatMap(examplesOf);
    const others = all.filter((example) => isTyped(example) && !isOfNext(example));
    const ofNext = all.filter((example) => isTyped(example) && isOfNext(example));
    check(
      project,
      readme.filter(({ language }) => language === 'ts'),
      {},
    );
    let played = await run(project, readme, tmdb);
    if (tmdb.account().favorites.length !== 1) throw new Error('The first example did not mark its film.');

    project.install(GUESTS);
    // The declarations of some of these need packages that are not installed.
    check(project, [...readme, ...others], { skipLibCheck: true });
    check(project, ofNext, { skipLibCheck: true, module: 'ESNext', moduleResolution: 'bundler' });
    played += await run(project, others, tmdb);

    const commands = all.filter(
      ({ file, language }) => language === 'sh' && file.startsWith('docs-guides-cli'),
    );
    for (const { code } of commands) {
      // The environment has the credentials already.
      await playProgram(project, ['bash', '-ec', code.replaceAll(/^export .*\n/gm, '')], tmdb);
    }
    const typed = readme.length + others.length + ofNext.length;
    return `${typed} examples type-check, ${played} of them were run, and ${commands.length} of the command.`;
  },
};
