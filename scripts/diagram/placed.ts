import type { ElkPoint } from 'elkjs/lib/elk.bundled.js';
import type { Card, Line } from './cards.ts';
import type { Arrow } from './compact.ts';
import type { ChartState } from './graph.ts';
import type { Legend } from './legend.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedState extends Box {
  state: ChartState;
  lines: Line[];
}

export interface PlacedArrow {
  arrow: Arrow;
  points: ElkPoint[];
  label: Box & { lines: Line[] };
}

export interface Layout {
  width: number;
  height: number;
  states: PlacedState[];
  arrows: PlacedArrow[];
}

export interface Picture extends Layout {
  legend: Legend & Box;
}

/** A state of the first level with what is inside it, from its own corner. */
export interface Block extends Card {
  state: ChartState;
  children: PlacedState[];
  arrows: PlacedArrow[];
}

export const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({
  x,
  y,
  width,
  height,
});
export const shift = <T extends { x: number; y: number }>(one: T, x: number, y: number): T => ({
  ...one,
  x: one.x + x,
  y: one.y + y,
});
export const shiftArrow = (one: PlacedArrow, x: number, y: number): PlacedArrow => ({
  arrow: one.arrow,
  points: one.points.map((point) => shift(point, x, y)),
  label: shift(one.label, x, y),
});

/** The path of the block a state is in. */
export const blockWith = (path: string) => path.split('.')[0] ?? path;
