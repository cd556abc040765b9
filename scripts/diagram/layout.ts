import { adjust } from './adjust.ts';
import { formsOf } from './block.ts';
import type { Compact } from './compact.ts';
import { costOf } from './cost.ts';
import { edgeOf, layOutWithElk, OUTSIDE, placedArrows } from './elk.ts';
import { areaOf, meetingsOf, segmentsOf } from './geometry.ts';
import type { Chart } from './graph.ts';
import { type Legend, legendOf } from './legend.ts';
import { type Block, blockWith, boxOf, type Layout, type Picture, shift, shiftArrow } from './placed.ts';

/** Around the whole picture. */
const EDGE = 12;

/** The blocks from top to bottom. */
async function stack(blocks: Block[], { arrows }: Compact, placement: string): Promise<Layout> {
  const outer = arrows.filter(({ from, to }) => blockWith(from) !== blockWith(to));
  const graph = await layOutWithElk({
    id: 'outer',
    layoutOptions: { ...OUTSIDE, 'elk.layered.nodePlacement.strategy': placement },
    children: blocks.map(({ state, width, height }) => ({ id: state.path, width, height })),
    edges: outer.map((arrow, index) => edgeOf(arrow, index, blockWith(arrow.from), blockWith(arrow.to))),
  });
  const found = blocks.map((block) => {
    const node = graph.children?.find(({ id }) => id === block.state.path);
    return { ...block, ...boxOf(node ?? {}) };
  });
  const { blocks: placed, arrows: outerArrows, width } = adjust(found, placedArrows(outer, graph.edges));
  return {
    width,
    height: Math.ceil(graph.height ?? 0),
    states: placed.flatMap(({ x, y, width, height, state, lines, children }) => [
      { x, y, width, height, state, lines },
      ...children.map((child) => shift(child, x, y)),
    ]),
    arrows: [
      ...outerArrows,
      ...placed.flatMap(({ x, y, arrows }) => arrows.map((one) => shiftArrow(one, x, y))),
    ],
  };
}

/** The ways to place blocks that are worth a try: which is best differs from machine to machine. */
const PLACEMENTS = ['LINEAR_SEGMENTS', 'NETWORK_SIMPLEX'];

/** The legend stands in the corner below on the right, or below all where the corner is taken. */
function withLegend(layout: Layout, legend: Legend): Picture {
  const { width, height, states, arrows } = layout;
  const corner = { ...legend, x: width - EDGE - legend.width, y: height - EDGE - legend.height };
  const taken = [...states, ...arrows.map(({ label }) => label)].map(areaOf);
  const lines = arrows.flatMap(({ points }) => segmentsOf(points));
  if (corner.x >= EDGE && meetingsOf([areaOf(corner)], [...taken, ...lines], EDGE) === 0) {
    return { ...layout, legend: corner };
  }
  const below = { ...legend, x: EDGE, y: height };
  return {
    ...layout,
    width: Math.max(width, legend.width + 2 * EDGE),
    height: height + legend.height + EDGE,
    legend: below,
  };
}

/** The best picture: starts with all children across and turns one state after the other, if that helps. */
export async function layOut(chart: Chart, compact: Compact): Promise<Picture> {
  const deep = chart.states.find(({ path }) => path.split('.').length > 2);
  if (deep) throw new Error(`The picture has two levels of states; '${deep.path}' is on a third.`);
  const tops = chart.states.filter(({ parent }) => parent === null);
  const forms = await Promise.all(tops.map((state) => formsOf(state, chart, compact)));
  const chosen = forms.map(() => 0);
  let best: Layout | undefined;
  const tryOut = async () => {
    const blocks = forms.flatMap((choices, index) => choices[chosen[index] ?? 0] ?? []);
    let isBetter = false;
    for (const placement of PLACEMENTS) {
      const layout = await stack(blocks, compact, placement);
      if (best && costOf(layout) >= costOf(best)) continue;
      best = layout;
      isBetter = true;
    }
    return isBetter;
  };

  await tryOut();
  for (const [index, choices] of forms.entries()) {
    if (choices.length < 2) continue;
    chosen[index] = 1;
    if (!(await tryOut())) chosen[index] = 0;
  }
  if (!best) throw new Error('The machine has no states.');
  return withLegend(best, legendOf(chart));
}
