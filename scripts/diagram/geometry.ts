export interface Point {
  x: number;
  y: number;
}

/** A straight piece of an arrow, or a whole box. */
export interface Segment {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const areaOf = ({ x, y, width, height }: Point & { width: number; height: number }): Segment => ({
  left: x,
  right: x + width,
  top: y,
  bottom: y + height,
});

export const overlaps = (a: readonly [number, number], b: readonly [number, number]) =>
  a[0] < b[1] && b[0] < a[1];

/** The straight pieces of an arrow. */
export const segmentsOf = (points: Point[]): Segment[] =>
  points.slice(1).map((end, index) => {
    const from = points[index] ?? end;
    return {
      left: Math.min(from.x, end.x),
      right: Math.max(from.x, end.x),
      top: Math.min(from.y, end.y),
      bottom: Math.max(from.y, end.y),
    };
  });

/** How often the one lot comes nearer to the other than this. */
export function meetingsOf(some: Segment[], others: Segment[], distance: number): number {
  const meet = (a: Segment, b: Segment) =>
    overlaps([a.left - distance, a.right + distance], [b.left, b.right + 0.01]) &&
    overlaps([a.top - distance, a.bottom + distance], [b.top, b.bottom + 0.01]);
  return some.reduce((count, one) => count + others.filter((other) => meet(one, other)).length, 0);
}
