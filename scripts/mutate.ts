/**
 * Changes the sources in every small way there is, one at a time, and looks whether a test notices: `npm run mutate`,
 * or `npm run mutate -- --mutate src/record/vault.ts` for one file. What the nearest tests do not notice is shown to those
 * further off. Ends with 1 where fewer than 95 % are noticed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { FURTHER_OFF, GROUPS, type Pass } from '../test/mutation/passes.ts';
import { figures } from '../test/support/figures.ts';
import { optionsOf } from '../test/support/options.ts';

const THRESHOLD = 95;

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const FILES = GROUPS.flatMap(({ files }) => files);
const values = optionsOf(
  'npm run mutate -- [--mutate src/record/vault.ts] [--incremental]',
  { mutate: { type: 'string', multiple: true }, incremental: { type: 'boolean', default: false } },
  ({ mutate = [] }) =>
    mutate.some((file) => !FILES.includes(file)) &&
    `--mutate is one of these:\n${FILES.map((file) => `  ${file}`).join('\n')}`,
);
const isAsked = (file: string) => !values.mutate || values.mutate.includes(file);

/** Every mutant by what it is, with what became of it in the passes so far. */
const mutants = new Map<string, Mutant>();
const began = Date.now();

const keyOf = ({ fileName, location: { start, end }, mutatorName, replacement }: Mutant) =>
  JSON.stringify([fileName, start, end, mutatorName, replacement]);
const isNoticed = ({ status }: Mutant) => status === 'Killed' || status === 'Timeout';
const isUnnoticed = ({ status }: Mutant) => status === 'Survived' || status === 'NoCoverage';

/** Where a mutant is, as Stryker's `mutate` wants it. */
const rangeOf = ({ fileName, location: { start, end } }: Mutant) =>
  `${fileName}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;

async function pass(
  { name, tests, sharesWork }: Pass,
  mutate: string[],
  isNewTo: (mutant: Mutant) => boolean,
) {
  if (mutate.length === 0) return;
  console.log(`\n${name}`);
  process.env.MUTATE_TESTS = tests.join(' ');
  const results = await new Stryker({
    mutate,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    coverageAnalysis: sharesWork ? 'off' : 'perTest',
    tempDirName: 'coverage/stryker',
    ignorePatterns: ['/coverage', '/dist', '/docs', '/examples'],
    // Stryker would read it by an API that TypeScript 7 does not have.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only'],
    incremental: values.incremental,
    incrementalFile: `coverage/mutants/${name.replaceAll(' ', '-')}.json`,
    concurrency: 2,
    timeoutMS: 5_000,
    timeoutFactor: 2,
    warnings: false,
    allowConsoleColors: process.stdout.isTTY,
  }).runMutationTest();
  for (const result of results) {
    const mutant = { ...result, fileName: relative(process.cwd(), result.fileName) };
    if (isNewTo(mutant)) mutants.set(keyOf(mutant), mutant);
  }
}

for (const near of GROUPS) await pass(near, near.files.filter(isAsked), () => true);
for (const further of FURTHER_OFF) {
  const left = [...mutants.values()]
    .filter(isUnnoticed)
    .filter(({ fileName }) => further.files.includes(fileName));
  // The nearest tests have seen what never ends: here a mutant only took long, as whole walks do.
  await pass(further, [...new Set(left.map(rangeOf))], (mutant) => mutant.status === 'Killed');
}

const count = (of: Mutant[], ...statuses: string[]) =>
  of.filter(({ status }) => statuses.includes(status)).length;
const row = (name: string, of: Mutant[]) => {
  const [noticed, unnoticed] = [of.filter(isNoticed).length, of.filter(isUnnoticed).length];
  const score = (100 * noticed) / (noticed + unnoticed);
  const cells = [
    name,
    noticed + unnoticed,
    count(of, 'Killed'),
    count(of, 'Timeout'),
    count(of, 'Survived'),
    count(of, 'NoCoverage'),
    `${score.toFixed(1)} %`,
  ];
  return { score, line: `| ${cells.join(' | ')} |` };
};

const all = [...mutants.values()];
const fileNames = [...new Set(all.map(({ fileName }) => fileName))].sort();
const total = row('**all**', all);
const minutes = Math.round((Date.now() - began) / 60_000);
const table = [
  '| File | Mutants | Killed | Timed out | Survived | Not covered | Score |',
  '|---|---:|---:|---:|---:|---:|---:|',
  ...fileNames.map(
    (name) =>
      row(
        name,
        all.filter(({ fileName }) => fileName === name),
      ).line,
  ),
  total.line,
].join('\n');

const survivors = all
  .filter(isUnnoticed)
  .sort((a, b) => a.fileName.localeCompare(b.fileName) || a.location.start.line - b.location.start.line)
  .map(
    ({ fileName, location: { start }, mutatorName, replacement }) =>
      `${fileName}:${start.line}:${start.column} ${mutatorName}: ${replacement?.replace(/\s+/g, ' ')}`,
  );
console.log(`\nNobody noticed:\n${survivors.join('\n') || 'nothing'}\n\n${table}\n\n${minutes} minutes`);
mkdirSync('coverage/mutants', { recursive: true });
writeFileSync('coverage/mutants/survivors.txt', survivors.join('\n'));
if (!values.mutate) figures('mutation', `${table}\n\n${minutes} minutes.`);
process.exitCode = total.score >= THRESHOLD ? 0 : 1;
