/** Fills the tables of README and docs from the sources: `npm run docs all`. With `--check` it only compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { makeLlms } from './llms.ts';
import { TABLES } from './tables.ts';

const PAGES = [
  'docs/reference.md',
  'docs/server.md',
  'docs/faults.md',
  'docs/sandbox.md',
  'docs/guides/openid.md',
];

const withTables = (page: string, present: string) =>
  present.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const make = TABLES[name];
      if (!make) throw new Error(`${page} has a marker for an unknown table '${name}'.`);
      return `${start}${make()}\n${end}`;
    },
  );

for (const page of [...PAGES, 'docs/llms.txt']) {
  const file = new URL(`../../${page}`, import.meta.url);
  const present = readFileSync(file, 'utf8');
  const wanted = page === 'docs/llms.txt' ? makeLlms() : withTables(page, present);
  if (!process.argv.includes('--check')) writeFileSync(file, wanted);
  else if (wanted !== present) {
    console.error(`${page} differs from the sources. Run 'npm run docs all' and review the changes.`);
    process.exitCode = 1;
  }
}
