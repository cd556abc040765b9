import { areaOf, meetingsOf, overlaps, type Point, segmentsOf } from './geometry.ts';
import { type Block, type Box, blockWith, type PlacedArrow } from './placed.ts';

type PlacedBlock = Block & Box;

const MARGIN = 12;
/** Between an arrow's end and the corner of a card. */
const CORNER = 14;
const GAP = 18;

const tall = ({ y, height }: Box): [number, number] => [y - 6, y + height + 6];

/** Where the arrows touch this block. */
function touchesOf({ state: { path } }: PlacedBlock, arrows: PlacedArrow[]): number[] {
  return arrows.flatMap(({ arrow, points }) => [
    ...(blockWith(arrow.from) === path ? [points[0]?.x ?? 0] : []),
    ...(blockWith(arrow.to) === path ? [points.at(-1)?.x ?? 0] : []),
  ]);
}

/** What stands beside this block: other blocks, labels, and arrows that pass by. */
function besides(
  block: PlacedBlock,
  blocks: PlacedBlock[],
  arrows: PlacedArrow[],
): [left: number, right: number][] {
  const labels = arrows.map(({ label }) => label).filter(({ lines }) => lines.length > 0);
  const boxes = [...blocks.filter((one) => one !== block), ...labels];
  const lines = arrows.flatMap(({ points }) => segmentsOf(points));
  return [
    ...boxes
      .filter((box) => overlaps(tall(box), tall(block)))
      .map(({ x, width }): [number, number] => [x, x + width]),
    ...lines
      .filter(({ top, bottom }) => overlaps([top, bottom], [block.y + 1, block.y + block.height - 1]))
      .map(({ left, right }): [number, number] => [left, right]),
  ];
}

/** How far a block may go to either side while its arrows still reach it and it meets nothing. */
function roomOf(
  block: PlacedBlock,
  blocks: PlacedBlock[],
  arrows: PlacedArrow[],
): [left: number, right: number] {
  const touches = touchesOf(block, arrows);
  const sides = besides(block, blocks, arrows);
  const leftOnes = sides.filter(([, right]) => right <= block.x).map(([, right]) => right + GAP);
  const rightOnes = sides.filter(([left]) => left >= block.x + block.width).map(([left]) => left - GAP);
  const left = Math.max(Math.max(...touches) + CORNER - block.width, ...leftOnes);
  const right = Math.min(Math.min(...touches) - CORNER, ...rightOnes.map((x) => x - block.width));
  return [Math.min(left, block.x), Math.max(right, block.x)];
}

function edgesOf(blocks: Box[], arrows: PlacedArrow[]): [left: number, right: number] {
  const labels = arrows.map(({ label }) => label).filter(({ width }) => width > 0);
  const boxes = [...blocks, ...labels];
  const xs = arrows.flatMap(({ points }) => points.map(({ x }) => x));
  return [
    Math.min(...xs, ...boxes.map(({ x }) => x)),
    Math.max(...xs, ...boxes.map(({ x, width }) => x + width)),
  ];
}

/** Slides the blocks that stick out at a side back in, below their arrows. */
function slide(blocks: PlacedBlock[], arrows: PlacedArrow[]): PlacedBlock[] {
  let slid = blocks;
  for (const _ of blocks) {
    slid = slid.map((block) => {
      const others = slid.filter((one) => one !== block);
      const [left, right] = edgesOf(others, arrows);
      const [leftmost, rightmost] = roomOf(block, slid, arrows);
      if (block.x < left) return { ...block, x: Math.min(left, rightmost) };
      const over = block.x + block.width - right;
      return over > 0 ? { ...block, x: Math.max(block.x - over, leftmost) } : block;
    });
  }
  return slid;
}

const APART = 12;

/** Where an arrow may begin at its state: below the child it leaves, else anywhere at the border. */
function rangeOf(path: string, blocks: PlacedBlock[]) {
  const block = blocks.find(({ state }) => state.path === blockWith(path));
  if (!block) return null;
  const child = block.children.find(({ state }) => state.path === path);
  const x = block.x + (child?.x ?? 0);
  const width = child?.width ?? block.width;
  return { block, child, left: x + CORNER, right: x + width - CORNER };
}

/** How often an arrow and its label meet what is around them, and whether an end is free to be taken. */
function surroundings(one: PlacedArrow, blocks: PlacedBlock[], arrows: PlacedArrow[]) {
  const others = arrows.filter((other) => other !== one);
  const ownBlocks = [blockWith(one.arrow.from), blockWith(one.arrow.to)];
  const around = [
    ...others.flatMap(({ points }) => segmentsOf(points)),
    ...others.filter(({ label }) => label.lines.length > 0).map(({ label }) => areaOf(label)),
  ];
  const obstacles = [...around, ...blocks.filter(({ state }) => !ownBlocks.includes(state.path)).map(areaOf)];
  const ends = others.flatMap(({ points }) => [points[0], points.at(-1)]);
  return {
    meetings: ({ points, label }: PlacedArrow) =>
      meetingsOf(segmentsOf(points), obstacles, 5) +
      (label.lines.length > 0 ? meetingsOf([areaOf(label)], [...around, ...blocks.map(areaOf)], 3) : 0),
    isFree: ({ x, y }: Point) =>
      ends.every((end) => !end || Math.abs(end.y - y) > 12 || Math.abs(end.x - x) >= APART),
  };
}

/** The arrow on another way, with its label on it; null where the label would find no place. */
function along(one: PlacedArrow, points: Point[]): PlacedArrow | null {
  const { label } = one;
  if (label.lines.length === 0) return { ...one, points };
  const upright = segmentsOf(points).find(
    ({ left, right, top, bottom }) =>
      right - left < 1 && top < label.y - 2 && bottom > label.y + label.height + 2,
  );
  return upright ? { ...one, points, label: { ...label, x: upright.left - label.width / 2 } } : null;
}

/** An arrow that leaves a child begins at the child, not at the border around it. */
function anchor(one: PlacedArrow, blocks: PlacedBlock[], arrows: PlacedArrow[]): PlacedArrow {
  const range = rangeOf(one.arrow.from, blocks);
  const [start, next, ...rest] = one.points;
  if (!range?.child || !start || !next) return one;

  const { block, child, left, right } = range;
  const bottom = block.y + child.y + child.height;
  const isCovered = block.children.some(
    ({ x, y, width }) =>
      y > child.y + child.height && overlaps([x, x + width], [child.x, child.x + child.width]),
  );
  if (isCovered || start.y <= bottom) return one;

  const { meetings, isFree } = surroundings(one, blocks, arrows);
  const y = start.y + 10;
  const through = (x: number): Point[][] =>
    x === start.x
      ? [[{ x, y: bottom }, next, ...rest]]
      : [
          ...(rest.length > 0 ? [[{ x, y: bottom }, { x, y: next.y }, ...rest]] : []),
          [{ x, y: bottom }, { x, y }, { x: start.x, y }, next, ...rest],
        ];
  const before = meetings(one);
  const places = Array.from({ length: Math.floor((right - left) / 6) + 1 }, (_, index) => left + index * 6);
  const found = [start.x, ...places]
    .filter((place) => place >= left && place <= right && isFree({ x: place, y: start.y }))
    .sort((a, b) => Math.abs(a - start.x) - Math.abs(b - start.x))
    .flatMap(through)
    .map((points) => along(one, points))
    .find((changed) => changed !== null && meetings(changed) <= before);
  return found ?? one;
}

/** An arrow whose first or last bend is needless: it may as well begin or end where it goes on. */
function straighten(one: PlacedArrow, blocks: PlacedBlock[], arrows: PlacedArrow[]): PlacedArrow {
  const { meetings, isFree } = surroundings(one, blocks, arrows);
  const shorten = (arrow: PlacedArrow, path: string, isEnd: boolean): PlacedArrow => {
    const points = isEnd ? [...arrow.points].reverse() : arrow.points;
    const [start, , turn, ...rest] = points;
    const range = rangeOf(path, blocks);
    if (!start || !turn || rest.length === 0 || !range) return arrow;
    const begin = { x: turn.x, y: start.y };
    if (begin.x < range.left || begin.x > range.right || !isFree(begin)) return arrow;
    const shorter = along(arrow, isEnd ? [begin, ...rest].reverse() : [begin, ...rest]);
    return shorter && meetings(shorter) <= meetings(arrow) ? shorter : arrow;
  };
  return shorten(shorten(one, one.arrow.from, false), blockWith(one.arrow.to), true);
}

type Change = (one: PlacedArrow, blocks: PlacedBlock[], arrows: PlacedArrow[]) => PlacedArrow;

/** Changes one arrow after the other, each with the others as they are by then. */
const changeEach = (arrows: PlacedArrow[], blocks: PlacedBlock[], change: Change) =>
  arrows.reduce(
    (all, _, index) => all.map((one, at) => (at === index ? change(one, blocks, all) : one)),
    arrows,
  );

/** What the layout algorithm leaves to be done: blocks that stick out, arrows with needless bends. */
export function adjust(blocks: PlacedBlock[], arrows: PlacedArrow[]) {
  const slid = slide(blocks, arrows);
  const anchored = changeEach(changeEach(arrows, slid, straighten), slid, anchor);
  const done = changeEach(anchored, slid, straighten);
  const [left, right] = edgesOf(slid, done);
  const by = MARGIN - left;
  return {
    width: Math.ceil(right - left + 2 * MARGIN),
    blocks: slid.map((block) => ({ ...block, x: block.x + by })),
    arrows: done.map((one) => ({
      ...one,
      points: one.points.map(({ x, y }) => ({ x: x + by, y })),
      label: { ...one.label, x: one.label.x + by },
    })),
  };
}
