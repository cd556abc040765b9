/**
 * Writes what each entry of the package exports, with its types, to `api/`, so that a change of it is seen in review:
 * `npm run docs all`. With `--check` it only says whether what stands there is right. It reads what was built.
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
    console.error(
      `api/${name} differs from what is exported. Run 'npm run docs all' and look at what changed.`,
    );
    process.exitCode = 1;
  } else if (report === undefined) rmSync(fileOf(name));
  else writeFileSync(fileOf(name), report);
}
