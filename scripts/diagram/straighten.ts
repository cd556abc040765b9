import { areaOf, meetingsOf, type Point, segmentsOf } from './geometry.ts';
import { type Box, boxOf, type PlacedArrow, type PlacedState } from './placed.ts';

/** Between an arrow's end and the corner of a card. */
const CORNER = 10;
/** Between the ends of two arrows. */
const APART = 12;

/** The same way without its first bend; null where it would begin beside the card or leave its label. */
function withoutBend(points: Point[], card: Box, label: Box): Point[] | null {
  const [start, bend, turn, ...rest] = points;
  if (!start || !bend || !turn || rest.length === 0) return null;
  if (meetingsOf(segmentsOf([start, bend]), [areaOf(label)], 0) > 0) return null;
  const isUpright = start.x === bend.x;
  const begin = isUpright ? { x: turn.x, y: start.y } : { x: start.x, y: turn.y };
  const [along, length] = isUpright ? [begin.x - card.x, card.width] : [begin.y - card.y, card.height];
  return along >= CORNER && along <= length - CORNER ? [begin, ...rest] : null;
}

/** Lets the arrows between cards begin and end where they go on, if nothing is in the way there. */
export function straighten(arrows: PlacedArrow[], cards: PlacedState[]): PlacedArrow[] {
  const cardOf = (path: string) => boxOf(cards.find(({ state }) => state.path === path) ?? {});
  const shorten = (points: Point[], card: Box, label: Box, others: Point[][]): Point[] => {
    const shorter = withoutBend(points, card, label);
    const [begin] = shorter ?? [];
    if (!shorter || !begin) return points;
    const isTaken = others
      .flatMap((other) => [other[0], other.at(-1)])
      .some((end) => end && Math.hypot(end.x - begin.x, end.y - begin.y) < APART);
    const lines = others.flatMap(segmentsOf);
    const meetings = (some: Point[]) => meetingsOf(segmentsOf(some), lines, 5);
    return isTaken || meetings(shorter) > meetings(points) ? points : shorter;
  };
  return arrows.reduce((all, { arrow }, index) => {
    const others = all.filter((_, at) => at !== index).map(({ points }) => points);
    return all.map((one, at) => {
      if (at !== index) return one;
      const begun = shorten(one.points, cardOf(arrow.from), one.label, others);
      const ended = shorten([...begun].reverse(), cardOf(arrow.to), one.label, others).reverse();
      return { ...one, points: ended };
    });
  }, arrows);
}
