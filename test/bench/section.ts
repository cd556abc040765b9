import { table } from '../support/table.ts';

/** What a part has measured. */
export interface Section {
  head: string[];
  rows: string[][];
  goals: Goal[];
  /** Sentences below the table: what was counted, what was left out and why. */
  notes: string[];
}

export interface Goal {
  what: string;
  is: number;
  /** At most that much. */
  most: number;
  unit: keyof typeof SHOWN;
}

export const PARTS = ['size', 'login', 'sequential', 'create', 'hop', 'pending', 'cold', 'renders'] as const;
export type Part = (typeof PARTS)[number];

export const isMet = ({ is, most }: Goal) => is <= most;

export const ratio = (value: number) => value.toFixed(2);
export const ms = (value: number) => `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 0)} ms`;
export const us = (value: number) => `${value.toFixed(0)} µs`;
export const kB = (value: number) => `${(value / 1_000).toFixed(1)} kB`;
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
  const { what, is, most, unit } = goal;
  const show = SHOWN[unit];
  const verdict = isMet(goal) ? 'Met' : `**Missed** by ${(100 * (is / most - 1)).toFixed(0)} %`;
  return `- ${what}: at most ${show(most)}. ${verdict}: ${show(is)}.`;
}
