import type { ReactNode } from 'react';
import type { Inks } from '../films/films.ts';

/** Draws on 200 by 300 units. The same numbers from `random` make the same picture. */
export type Motif = (inks: Inks, random: () => number) => ReactNode;

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Rounds coordinates, so that they are short and the same in every engine. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** A point on a circle; `turn` is 0 to 1, clockwise from the top. */
export function onCircle(x: number, y: number, radius: number, turn: number): [number, number] {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return [round(x + radius * Math.cos(angle)), round(y + radius * Math.sin(angle))];
}
