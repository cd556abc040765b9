import type { ElkNode } from 'elkjs/lib/elk.bundled.js';
import { type Card, headCard, leafCard, PAD } from './cards.ts';
import type { Compact } from './compact.ts';
import { edgeOf, INSIDE, layOutWithElk, placedArrows } from './elk.ts';
import type { Chart, ChartState } from './graph.ts';
import { type Block, blockWith, boxOf, shift, shiftArrow } from './placed.ts';
import { straighten } from './straighten.ts';

/** One state with its children in the middle below its head. */
async function blockOf(
  state: ChartState,
  chart: Chart,
  { rows, arrows }: Compact,
  direction: 'RIGHT' | 'DOWN',
): Promise<Block> {
  const own = rows[state.path] ?? [];
  if (state.children.length === 0) return { state, ...leafCard(state, own), children: [], arrows: [] };

  const children = chart.states.filter(({ parent }) => parent === state.path);
  const cards = new Map(children.map((child) => [child.path, leafCard(child, rows[child.path] ?? [])]));
  const inner = arrows.filter(({ from, to }) => cards.has(from) && cards.has(to));
  const nodes = children.map(({ path }) => ({ id: path, ...sizeOf(cards.get(path)) }));
  const graph =
    inner.length > 0
      ? await layOutWithElk({
          id: state.path,
          layoutOptions: { ...INSIDE, 'elk.direction': direction },
          children: nodes,
          edges: inner.map((arrow, index) => edgeOf(arrow, index)),
        })
      : inRow(nodes);
  const head = headCard(state, own, (graph.width ?? 0) + 2 * PAD);
  const left = (head.width - (graph.width ?? 0)) / 2;
  const placed = children.map((child) => {
    const node = graph.children?.find(({ id }) => id === child.path);
    return {
      state: child,
      lines: cards.get(child.path)?.lines ?? [],
      ...shift(boxOf(node ?? {}), left, head.height),
    };
  });
  const innerArrows = placedArrows(inner, graph.edges).map((one) => shiftArrow(one, left, head.height));
  return {
    state,
    ...head,
    height: head.height + (graph.height ?? 0) + PAD,
    children: placed,
    arrows: straighten(innerArrows, placed),
  };
}

const sizeOf = (card: Card | undefined) => ({ width: card?.width ?? 0, height: card?.height ?? 0 });

/** Children that no arrow connects stand side by side. */
function inRow(nodes: { id: string; width: number; height: number }[]): ElkNode {
  let x = 0;
  const children = nodes.map((node) => {
    const placed = { ...node, x, y: 0 };
    x += node.width + 8;
    return placed;
  });
  return { id: 'row', children, width: x - 8, height: Math.max(...nodes.map(({ height }) => height)) };
}

/** Across and down for each state with children that arrows connect; the others have one form. */
export async function formsOf(state: ChartState, chart: Chart, compact: Compact): Promise<Block[]> {
  const isInside = (path: string) => path !== state.path && blockWith(path) === state.path;
  const isConnected = compact.arrows.some(({ from, to }) => isInside(from) && isInside(to));
  const directions = isConnected ? (['RIGHT', 'DOWN'] as const) : (['RIGHT'] as const);
  return Promise.all(directions.map((direction) => blockOf(state, chart, compact, direction)));
}
