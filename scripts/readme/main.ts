/** Fills the README's tables from the sources: `npm run docs`; with `--check` it only says whether they are right. */
import { readFileSync, writeFileSync } from 'node:fs';
import { TABLES } from './tables.ts';

const README = new URL('../../README.md', import.meta.url);
const present = readFileSync(README, 'utf8');
const wanted = present.replace(
  /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
  (_, start: string, name: string, end: string) => {
    const make = TABLES[name];
    if (!make) throw new Error(`README.md asks for a table '${name}' that nobody makes.`);
    return `${start}${make()}\n${end}`;
  },
);

if (!process.argv.includes('--check')) writeFileSync(README, wanted);
else if (wanted !== present) {
  console.error("README.md differs from the sources. Run 'npm run docs' and look at it.");
  process.exitCode = 1;
}
