/**
 * `npm run bench`: compares tmdb-auth with other packages, in alternating rounds. Prints a summary of the goals and a
 * table for each part; `--write` puts them into docs/benchmarks.md, and `--check` ends with 1 on a missed goal.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { madeNow } from '../support/figures.ts';
import { optionsOf } from '../support/options.ts';
import { installPeers } from './peers/install.ts';
import {
  exitCodeOf,
  linesOf,
  missedOf,
  PARTS,
  type Part,
  type Section,
  summaryOf,
  withBlock,
} from './section.ts';

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url);

const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);
const partsIn = (only: string[] = [PARTS.join()]) => only.flatMap((names) => names.split(','));
const { only, write, check } = optionsOf(
  `npm run bench -- [--only ${PARTS.join(',')}] [--write] [--check]`,
  { only: { type: 'string', multiple: true }, write: { type: 'boolean' }, check: { type: 'boolean' } },
  ({ only }) => !partsIn(only).every(isPart) && `--only takes some of ${PARTS.join(', ')}.`,
);

async function run(part: Part): Promise<Section> {
  const child = fork(fileURLToPath(new URL('part.ts', import.meta.url)), [part], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  });
  const [section] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${part} could not be measured: see its error above.`)),
    ),
  ]);
  return section as Section;
}

installPeers();
const made = (names: readonly Part[]) =>
  `Made on ${madeNow()} (${cpus()[0]?.model.trim()}), by \`npm run bench${names.length < PARTS.length ? ` -- --only ${names}` : ''}\`.`;
const parts = PARTS.filter((name) => partsIn(only).includes(name));
const blocks = new Map<string, string[]>();
const sections: Section[] = [];
for (const part of parts) {
  console.error(`Measuring ${part} …`);
  const section = await run(part);
  sections.push(section);
  blocks.set(part, [...linesOf(section), '', made([part])]);
}
const summary = [...summaryOf(sections), '', made(parts)];
const details = [...blocks].flatMap(([part, lines]) => ['', `## ${part}`, '', ...lines]);
console.log([...summary, ...details].join('\n'));
if (write) {
  // Goals are compared within one run: the page’s summary is never put together from several.
  if (parts.length === PARTS.length) blocks.set('summary', summary);
  const page = [...blocks].reduce(
    (text, [name, lines]) => withBlock(text, name, lines),
    readFileSync(DOCS, 'utf8'),
  );
  writeFileSync(DOCS, page);
}
const missed = missedOf(sections);
if (missed > 0) console.error(`\nGoals missed: ${missed}.`);
process.exitCode = exitCodeOf(sections, check === true);
