import { meetingsOf, segmentsOf } from './geometry.ts';
import type { Layout } from './placed.ts';

/** What a README shows without scaling it down. */
const WIDEST = 905;

/** How far a picture is from a good one, in px of height: too wide, too long, arrows that meet or bend. */
export function costOf({ width, height, arrows }: Layout): number {
  const bends = arrows.reduce((count, { points }) => count + points.length - 2, 0);
  const meetings = arrows.reduce((count, { points }, index) => {
    const later = arrows.slice(index + 1).flatMap((other) => segmentsOf(other.points));
    return count + meetingsOf(segmentsOf(points), later, 5);
  }, 0);
  return height + 10 * Math.max(0, width - WIDEST) + 60 * meetings + 3 * bends;
}
