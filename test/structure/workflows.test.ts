import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../.github/workflows');

/** The workflows as text. Line patterns are enough for them, and no YAML parser is among the dependencies. */
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));

const withoutComments = (text: string) => text.replace(/(^|\s)#.*$/gm, '');

/** Each job with its text. A job without permissions has those of the workflow. */
const jobs = workflows.flatMap(({ name, text }) => {
  const [head = '', body = ''] = withoutComments(text).split(/^jobs:\s*$/m);
  return body
    .split(/^ {2}(?=[\w-]+:\s*$)/m)
    .slice(1)
    .map((job) => ({
      name: `${name}: ${job.slice(0, job.indexOf(':'))}`,
      text: job,
      permissions: /^ {4}permissions:/m.test(job) ? job : head,
    }));
});

const mayPublish = jobs.filter(({ permissions }) =>
  /\bid-token['"]?:\s*['"]?write\b|\bwrite-all\b/.test(permissions),
);

/** Each of these runs code of the repository or of its dependencies, or needs a token that can be stolen. */
const FORBIDDEN: Record<string, RegExp> = {
  'npm ci': /\bnpm\b[^\n;&|]*\s(ci|clean-install)\b/,
  'npm install without --ignore-scripts':
    /\bnpm\b(?![^\n;&|]*--ignore-scripts\b)[^\n;&|]*\s(i|install|add)\b/,
  'actions/checkout': /\bactions\/checkout\b/,
  '.ci/run': /\.ci\/run\b/,
  'an npm token': /NPM_TOKEN|NODE_AUTH_TOKEN/,
};

test('every action is pinned to a full commit SHA and names its version', () => {
  const used = workflows.flatMap(({ name, text }) =>
    [...text.matchAll(/^[\s-]*['"]?uses['"]?:(.*)$/gm)].map(([, action = '']) => `${name}:${action}`),
  );
  expect(used).not.toEqual([]);
  expect(used.filter((line) => !/: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test('a job that may publish to npm runs no code of the repository or its dependencies', () => {
  expect(mayPublish.map(({ name }) => name)).toEqual(['release.yml: publish']);
  const found = mayPublish.flatMap(({ name, text }) =>
    Object.entries(FORBIDDEN)
      .filter(([, pattern]) => pattern.test(text))
      .map(([what]) => `${name} contains ${what}`),
  );
  expect(found).toEqual([]);
});

const inCi = withoutComments(workflows.find(({ name }) => name === 'ci.yml')?.text ?? '');
const found = (pattern: RegExp) => [...new Set([...inCi.matchAll(pattern)].map(([, value]) => value))].sort();

test('CI runs the tests on every supported Node version, on Linux, macOS and Windows', () => {
  expect(found(/\bnode(?:-version)?: (\d+)/g)).toEqual(['20', '22', '24', '26']);
  expect(found(/\b(?:runs-on|os): (\w+)-latest/g)).toEqual(['macos', 'ubuntu', 'windows']);
});

test('every command of .ci/run is part of CI', () => {
  const script = readFileSync(join(folder, '../../.ci/run'), 'utf8');
  const commands = script.split(/\n| && /).filter((line) => line.startsWith('npm '));
  expect(commands).toContain('npm test');
  expect(commands.filter((command) => !inCi.includes(command))).toEqual([]);
});

test('a failing job does not cancel the other jobs of its matrix', () => {
  const matrices = jobs.filter(({ text }) => /^ {6}matrix:/m.test(text));
  expect(matrices.map(({ name }) => name)).toEqual(['ci.yml: all', 'ci.yml: tests']);
  expect(matrices.filter(({ text }) => !/^ {6}fail-fast: false$/m.test(text))).toEqual([]);
});

test('every job has a time limit and explicit permissions', () => {
  expect(jobs.filter(({ text }) => !/^ {4}timeout-minutes: \d+$/m.test(text))).toEqual([]);
  expect(jobs.filter(({ permissions }) => !/^ *permissions:/m.test(permissions))).toEqual([]);
});

test('only jobs on Linux use bash, sudo or apt-get', () => {
  const elsewhere = jobs.filter(({ text }) => !/^ {4}runs-on: ubuntu-latest$/m.test(text));
  expect(elsewhere.filter(({ text }) => /\b(bash|sudo|apt-get)\b/.test(text))).toEqual([]);
});
