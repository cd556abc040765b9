/**
 * Writes the counts of the proofs to `test/REPORT.md`: `npm run docs report`. Each section is from the last run on
 * this machine; a proof that has not run here keeps its section.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { FIGURES, PROOFS } from '../test/support/figures.ts';
import { table } from '../test/support/table.ts';

const file = new URL('../test/REPORT.md', import.meta.url);
const before = readFileSync(file, 'utf8');
const keptSection = (title: string) => before.match(new RegExp(`## ${title}\\n[\\s\\S]*?(?=\\n## |$)`))?.[0];

const shown = (name: string, value: string | number) =>
  typeof value === 'number' && !/seed/i.test(name) ? value.toLocaleString('en-US') : `${value}`;

/** The section of a proof, from its file in `coverage/figures`. */
function sectionOf(proof: string, title: string): string | undefined {
  const source = new URL(`${proof}.json`, FIGURES);
  if (!existsSync(source)) return keptSection(title)?.trimEnd();
  const { made, rows } = JSON.parse(readFileSync(source, 'utf8'));
  const counted =
    typeof rows === 'string'
      ? rows.trim()
      : table(
          ['', ''],
          Object.entries<string | number>(rows).map(([name, value]) => [name, shown(name, value)]),
          ['---', '---:'],
        );
  return `## ${title}\n\n${counted}\n\n${made}`;
}

const MUTANTS = new URL('../coverage/mutants/', import.meta.url);
const STATUSES = ['Killed', 'Timeout', 'Survived', 'NoCoverage'];

interface StrykerReport {
  files: Record<string, { mutants: { status: string }[] }>;
}

/** The section of Stryker's reports, of which there is one per area. */
function mutantsSection(): string | undefined {
  const reports = existsSync(MUTANTS) ? readdirSync(MUTANTS).filter((name) => /^\w+\.json$/.test(name)) : [];
  if (reports.length === 0) return keptSection('Mutants')?.trimEnd();
  const files = reports.flatMap((name) => {
    const { files }: StrykerReport = JSON.parse(readFileSync(new URL(name, MUTANTS), 'utf8'));
    return Object.entries(files);
  });
  const rows = files.map(([name, { mutants }]) => {
    const counts = STATUSES.map((status) => mutants.filter((mutant) => mutant.status === status).length);
    const [killed = 0, timedOut = 0, survived = 0, uncovered = 0] = counts;
    const share = (killed + timedOut) / (killed + timedOut + survived + uncovered);
    return [name, ...counts.map(String), `${(100 * share).toFixed(1)} %`];
  });
  const made = reports.map((name) => {
    const at = statSync(new URL(name, MUTANTS)).mtime.toISOString();
    return `${name.replace('.json', '')} on ${at.slice(0, 10)}`;
  });
  const head = ['File', 'Killed', 'Timed out', 'Survived', 'Not covered', 'Score'];
  const counted = table(head, rows, ['---', ...head.slice(1).map(() => '---:')]);
  return `## Mutants\n\n${counted}\n\nRun: ${made.join(', ')}.`;
}

const sections = [
  ...Object.entries(PROOFS).map(([proof, title]) => sectionOf(proof, title)),
  mutantsSection(),
].filter((section) => section !== undefined);

writeFileSync(
  file,
  `# Counts of the proofs

\`npm run docs report\` writes this page from the last run of each proof: \`npm test\`, and \`npm run proof\` with \`rest\`, \`random\`, \`properties\`, \`fuzz\`, \`leaks\`, \`mutants\` and \`long\`. [README.md](README.md) says what each of them proves.

${sections.join('\n\n')}
`,
);
console.log('test/REPORT.md is written.');
