import { readFileSync, writeFileSync } from 'node:fs';
import { table } from '../support/table.ts';
import { namesOf } from './checks/index.ts';
import type { Result } from './checks/world.ts';

/** The results of one runtime. */
export interface Outcome {
  title: string;
  version: string;
  results: readonly Result[];
  /** Checks that were not reported. */
  missing: readonly string[];
  /** The error if the runtime itself failed. */
  wrong: string | null;
  /** The reason if the runtime could not be tried here. */
  skipped: string | null;
  /** The reason why some checks do not apply. */
  because: string | undefined;
  ms: number;
}

const failuresOf = ({ results, missing, wrong }: Outcome): [name: string, why: string][] => [
  ...results.flatMap(({ name, error }): [string, string][] => (error === null ? [] : [[name, error]])),
  ...(missing.length > 0
    ? [[`${missing.length} were not played`, `the first: ${missing[0]}`] as [string, string]]
    : []),
  ...(wrong === null ? [] : [['the runtime itself', wrong] as [string, string]]),
];

export const isGood = (outcome: Outcome) => outcome.skipped === null && failuresOf(outcome).length === 0;

const passed = ({ results, missing }: Outcome) =>
  `${results.filter(({ error }) => error === null).length} of ${results.length + missing.length}`;

const reasonIn = ({ because }: Outcome) => (because ? ` (${because})` : '');

/** A line for the terminal, and more if something failed. */
export function told(outcome: Outcome): string {
  const { title, version, skipped, ms } = outcome;
  if (skipped) return `${title.padEnd(9)} skipped: ${skipped}`;
  return [
    `${title.padEnd(9)} ${version.padEnd(14)} ${passed(outcome)} checks, ${(ms / 1_000).toFixed(1)} s${reasonIn(outcome)}`,
    ...failuresOf(outcome).map(([name, why]) => `  ✗ ${name}\n      ${why}`),
  ].join('\n');
}

const page = new URL('../../docs/runtimes.md', import.meta.url);
const MARKED = /(<!-- generated: runtimes -->\n)[\s\S]*?(<!-- end -->)/;

/** Writes the results into the docs. */
export function writePage(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map((outcome) => [
    outcome.title,
    outcome.version,
    outcome.skipped ? `not tried: ${outcome.skipped}` : `${passed(outcome)}${reasonIn(outcome)}`,
  ]);
  const day = new Date().toISOString().slice(0, 10);
  const made = `Written on ${day} by \`npm run proof runtimes -- --write\` (${process.platform}-${process.arch}).`;
  const checks = namesOf([]).map((name) => `- ${name}`);
  const list = `<details>\n<summary>The ${checks.length} checks</summary>\n\n${checks.join('\n')}\n\n</details>`;
  const shown = [table(['Runtime', 'Version', 'Checks passed'], rows), made, list].join('\n\n');
  const before = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    before.replace(MARKED, (_, start, end) => `${start}${shown}\n${end}`),
  );
  console.log('docs/runtimes.md is written.');
}
