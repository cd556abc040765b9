import { table } from '../support/table.ts';

/** The results of a part. */
export interface Section {
  head: string[];
  rows: string[][];
  goals: Goal[];
  /** Sentences below the table: what was counted, and what was left out and why. */
  notes: string[];
}

export interface Goal {
  what: string;
  is: number;
  /** The highest accepted value. */
  most: number;
  unit: keyof typeof SHOWN;
}

export const PARTS = [
  'size',
  'login',
  'sequential',
  'create',
  'hop',
  'tabs',
  'memory',
  'pending',
  'cold',
  'renders',
] as const;
export type Part = (typeof PARTS)[number];

const isMet = ({ is, most }: Goal) => is <= most;

export const ratio = (value: number) => value.toFixed(2);
export const ms = (value: number) => `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 0)} ms`;
export const us = (value: number) => `${value.toFixed(0)} µs`;
export const kB = (value: number) => `${(value / 1_000).toFixed(value < 10_000 ? 2 : 1)} kB`;
export const MB = (value: number) => `${(value / 1_000_000).toFixed(1)} MB`;

const SHOWN = { ratio, ms, us, kB, MB, count: String };

export function linesOf({ head, rows, goals, notes }: Section): string[] {
  return [
    ...table(head, rows).split('\n'),
    ...(goals.length > 0 ? ['', ...goals.map(goalLine)] : []),
    ...notes.flatMap((note) => ['', note]),
  ];
}

function goalLine(goal: Goal): string {
  const show = SHOWN[goal.unit];
  return `- ${goal.what}: at most ${show(goal.most)}. ${verdictOf(goal)}: ${show(goal.is)}.`;
}

const verdictOf = (goal: Goal) =>
  isMet(goal)
    ? 'Met'
    : `**Missed**${goal.most > 0 ? ` by ${(100 * (goal.is / goal.most - 1)).toFixed(0)} %` : ''}`;

/** The goals of all parts that were measured in one run. */
export function summaryOf(sections: readonly Section[]): string[] {
  const rows = sections
    .flatMap(({ goals }) => goals)
    .map((goal) => {
      const show = SHOWN[goal.unit];
      return [goal.what, show(goal.most), show(goal.is), verdictOf(goal)];
    });
  return table(['Goal', 'at most', 'measured', ''], rows).split('\n');
}

/** With `--check` a missed goal ends the run with 1. */
export const exitCodeOf = (sections: readonly Section[], isChecked: boolean) =>
  isChecked && missedOf(sections) > 0 ? 1 : 0;

export const missedOf = (sections: readonly Section[]) =>
  sections.flatMap(({ goals }) => goals).filter((goal) => !isMet(goal)).length;

/** Replaces the block of that name in the page. Throws if the page has no such block. */
export function withBlock(page: string, name: string, lines: readonly string[]): string {
  const block = new RegExp(`(<!-- bench: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!block.test(page)) throw new Error(`docs/benchmarks.md has no block for ${name}.`);
  return page.replace(block, (_, start: string, end: string) => `${start}${lines.join('\n')}\n${end}`);
}
