/**
 * Writes what the proofs counted into `test/REPORT.md`: `npm run report`. Each section is of the last run on this
 * machine; a proof that has not run here keeps the section it had.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { FIGURES, PROOFS } from '../../test/support/figures.ts';

const file = new URL('../../test/REPORT.md', import.meta.url);
const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
const keptSection = (title: string) => before.match(new RegExp(`## ${title}\\n[\\s\\S]*?(?=\\n## |$)`))?.[0];

const shown = (name: string, value: string | number) =>
  typeof value === 'number' && !/seed/i.test(name) ? value.toLocaleString('en-US') : value;

const sections = Object.entries(PROOFS).flatMap(([proof, title]) => {
  const source = new URL(`${proof}.json`, FIGURES);
  if (!existsSync(source)) return keptSection(title)?.trimEnd() ?? [];
  const { made, rows } = JSON.parse(readFileSync(source, 'utf8'));
  const counted =
    typeof rows === 'string'
      ? rows.trim()
      : [
          '| | |',
          '|---|---:|',
          ...Object.entries<string | number>(rows).map(
            ([name, value]) => `| ${name} | ${shown(name, value)} |`,
          ),
        ].join('\n');
  return `## ${title}\n\n${counted}\n\n${made}`;
});

writeFileSync(
  file,
  `# What the proofs counted

Written by \`npm run report\` from the last run of each: \`npm test\`, \`npm run test:rest\`, \`test:lives\`, \`test:soak\`, \`fuzz\`, \`test:leaks\`, \`test:bugs\` and \`mutate\`. [CONTRIBUTING](../CONTRIBUTING.md) says what each of them is for.

${sections.join('\n\n')}
`,
);
console.log('test/REPORT.md is written.');
