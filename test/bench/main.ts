/**
 * `npm run bench peers`: what tmdb-auth costs, beside what others cost, in rounds that take turns. Prints a table for each
 * part; with `--write` they go into docs/benchmarks.md, with `--check` a missed goal ends it with 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { madeNow } from '../support/figures.ts';
import { optionsOf } from '../support/options.ts';
import { installPeers } from './peers/install.ts';
import { isMet, linesOf, PARTS, type Part, type Section } from './section.ts';

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url);

const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);
const { only, write, check } = optionsOf(
  `npm run bench peers -- [--only ${PARTS.join('|')}] [--write] [--check]`,
  { only: { type: 'string', multiple: true }, write: { type: 'boolean' }, check: { type: 'boolean' } },
  ({ only = [] }) => !only.every(isPart) && `--only is one of ${PARTS.join(', ')}.`,
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
const made = `Made on ${madeNow()} (${cpus()[0]?.model.trim()}), by`;
let docs = readFileSync(DOCS, 'utf8');
let missed = 0;
for (const part of (only as Part[] | undefined) ?? PARTS) {
  const section = await run(part);
  const lines = [...linesOf(section), '', `${made} \`npm run bench peers -- --only ${part}\`.`].join('\n');
  console.log(`\n## ${part}\n\n${lines}`);
  const block = new RegExp(`(<!-- bench: ${part} -->\n)[\\s\\S]*?(<!-- end -->)`);
  docs = docs.replace(block, (_, start: string, end: string) => `${start}${lines}\n${end}`);
  missed += section.goals.filter((goal) => !isMet(goal)).length;
}
if (write) writeFileSync(DOCS, docs);
if (check && missed > 0) {
  console.error(`\nGoals missed: ${missed}.`);
  process.exitCode = 1;
}
