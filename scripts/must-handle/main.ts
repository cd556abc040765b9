/**
 * Writes `docs/must-handle.md`: `npm run docs must-handle` runs the tests and counts those of each row. With
 * `--check` it runs nothing, but checks that files and rows match and have the same words.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../../test/support/table.ts';
import { type Row, readRows } from './rows.ts';

const page = new URL('../../docs/must-handle.md', import.meta.url);
const report = new URL('../../coverage/must-handle.json', import.meta.url);
const MARKED = /(<!-- generated: must-handle -->\n)[\s\S]*?(<!-- end -->)/;

interface Report {
  testResults: { name: string; assertionResults: { status: string }[] }[];
}

/** The test results of each file as text. */
function results(): Map<string, string> {
  const vitest = [
    fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url)),
    'run',
    'test/must-handle',
    '--reporter=json',
    '--testTimeout=120000',
    `--outputFile=${fileURLToPath(report)}`,
  ];
  try {
    execFileSync(process.execPath, vitest, { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    process.exitCode = 1;
  }
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
  return new Map(
    testResults.map(({ name, assertionResults: tests }) => {
      const count = (wanted: string) => tests.filter(({ status }) => status === wanted).length;
      const passed = count('passed');
      // A skipped test reports itself what this machine lacks.
      const skipped = count('skipped') + count('pending');
      const rest = tests.length - passed - skipped;
      const said = skipped > 0 ? `${passed} pass, ${skipped} skipped` : `${passed} pass`;
      return [basename(name), rest === 0 && passed > 0 ? said : `**${rest} of ${tests.length} fail**`];
    }),
  );
}

/** The results in the page. */
const resultsOf = (text: string) =>
  new Map(
    [...text.matchAll(/\]\(\.\.\/test\/must-handle\/(\S+)\) \| (.*) \|$/gm)].map(
      ([, file = '', result = '']) => [file, result],
    ),
  );

const shown = (rows: Row[], found: Map<string, string>) =>
  table(
    ['', 'What went wrong', 'Seen in', 'Here', 'Test', 'Result'],
    rows.map(({ number, file, seenIn, failure, handled }) => [
      `${number}`,
      failure,
      seenIn,
      handled,
      `[${file.replace('.test.ts', '')}](../test/must-handle/${file})`,
      found.get(file) ?? '**not run**',
    ]),
  );

const isCheck = process.argv.includes('--check');
const present = readFileSync(page, 'utf8');
const found = isCheck ? resultsOf(present) : results();
const wanted = present.replace(MARKED, (_, start, end) => `${start}${shown(readRows(), found)}\n${end}`);
if (!isCheck) writeFileSync(page, wanted);
else if (wanted !== present || wanted.includes('**not run**') || /\*\*\d+ of \d+ fail/.test(wanted)) {
  console.error("docs/must-handle.md differs from test/must-handle. Run 'npm run docs must-handle'.");
  process.exitCode = 1;
}
