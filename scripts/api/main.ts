/**
 * Writes the exports of each entry of the package, with their types, to `api/`, so that changes show up in review:
 * `npm run docs all`. With `--check` it only compares the files. It reads the build output.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { optionsOf } from '../../test/support/options.ts';
import { reports } from './reports.ts';

const { check } = optionsOf('tsx scripts/api/main.ts [--check]', {
  check: { type: 'boolean', default: false },
});
const folder = new URL('../../api/', import.meta.url);
const fileOf = (name: string) => new URL(name, folder);

mkdirSync(folder, { recursive: true });
const present = new Map(readdirSync(folder).map((name) => [name, readFileSync(fileOf(name), 'utf8')]));
const wanted = new Map([...reports()].map(([name, report]) => [`${name}.api.md`, report]));

for (const name of new Set([...present.keys(), ...wanted.keys()])) {
  const report = wanted.get(name);
  if (report === present.get(name)) continue;
  if (check) {
    console.error(`api/${name} differs from the exports. Run 'npm run docs all' and review the changes.`);
    process.exitCode = 1;
  } else if (report === undefined) rmSync(fileOf(name));
  else writeFileSync(fileOf(name), report);
}
