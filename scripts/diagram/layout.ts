import ElkModule, { type ElkExtendedEdge, type ElkNode, type LayoutOptions } from 'elkjs/lib/elk.bundled.js';
import { type Card, cardOf, type Line, labelCard, PAD } from './cards.ts';
import type { Arrow, Compact } from './compact.ts';
import type { Chart, ChartState } from './graph.ts';
import { type Legend, legendOf } from './legend.ts';

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
  points: { x: number; y: number }[];
  label: Box & { lines: Line[] };
}

export interface Picture {
  width: number;
  height: number;
  states: PlacedState[];
  arrows: PlacedArrow[];
  legend: (Legend & Box) | null;
}

// elkjs has types for an ES module, but its file is CommonJS.
const Elk = ElkModule as unknown as new () => { layout(graph: ElkNode): Promise<ElkNode> };

/** Margin of the picture. */
const EDGE = 12;

const OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.layered.nodePlacement.favorStraightEdges': 'false',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '16',
  'elk.padding': `[top=${EDGE},left=${EDGE},bottom=${EDGE},right=${EDGE}]`,
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '2',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.nodeNode': '10',
};

/** For a state without arrows between its children and the outside: laid out separately. */
const APART: LayoutOptions = {
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.spacing.edgeNodeBetweenLayers': '8',
  'elk.layered.spacing.nodeNodeBetweenLayers': '14',
  'elk.separateConnectedComponents': 'false',
};

const blockOf = (path: string) => path.split('.')[0] ?? path;
const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box> = {}): Box => ({ x, y, width, height });
const withDescendants = (node: ElkNode): ElkNode[] => [
  node,
  ...(node.children ?? []).flatMap(withDescendants),
];

/** Lays out the states from top to bottom, with their arrows and the legend below. */
export async function layOut(chart: Chart, { rows, arrows }: Compact, hasLegend = true): Promise<Picture> {
  const order = chart.states.map(({ path }) => path);
  const childrenOf = (parent: string | null) => chart.states.filter((state) => state.parent === parent);
  const cards = new Map(chart.states.map((state) => [state.path, cardOf(state, rows[state.path] ?? [])]));
  const isUpward = ({ from, to }: Arrow) => order.indexOf(to) < order.indexOf(from);

  /** Reverses upward arrows for ELK: its cycle breaking would change the order of the states. */
  function edgeOf(arrow: Arrow): ElkExtendedEdge {
    const id = `${arrow.from} ${arrow.to}`;
    const { width, height } = labelCard(arrow.triggers);
    const label = { id, text: id, width, height, layoutOptions: { 'elk.edgeLabels.inline': 'true' } };
    const [source, target] = isUpward(arrow) ? [arrow.to, arrow.from] : [arrow.from, arrow.to];
    return { id, sources: [source], targets: [target], labels: arrow.triggers.length > 0 ? [label] : [] };
  }

  function nodeOf(state: ChartState): ElkNode {
    const { width, height } = cards.get(state.path) as Card;
    const children = childrenOf(state.path);
    if (children.length === 0) return { id: state.path, width, height };

    const isInside = (path: string) => path.startsWith(`${state.path}.`);
    const inner = arrows.filter(({ from, to }) => isInside(from) && isInside(to));
    const isApart = arrows.every(({ from, to }) => isInside(from) === isInside(to));
    const isWide = isApart && inner.length > 1;
    return {
      id: state.path,
      children: children.map(nodeOf),
      edges: inner.map(edgeOf),
      layoutOptions: {
        ...OPTIONS,
        ...(isApart && APART),
        'elk.direction': isWide ? 'RIGHT' : 'DOWN',
        'elk.padding': `[top=${height},left=${PAD},bottom=${PAD},right=${PAD}]`,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        // ELK works on a picture rotated by 90 degrees, but does not rotate this size with INCLUDE_CHILDREN.
        'elk.nodeSize.minimum': isApart ? `(${width},${height})` : `(${height},${width})`,
      },
    };
  }

  const root = await new Elk().layout({
    id: 'root',
    layoutOptions: OPTIONS,
    children: childrenOf(null).map(nodeOf),
    edges: arrows.filter(({ from, to }) => blockOf(from) !== blockOf(to)).map(edgeOf),
  });
  const placed = withDescendants(root);
  const nodes = new Map(placed.map((node) => [node.id, node]));
  const edges = new Map(placed.flatMap(({ edges = [] }) => edges).map((edge) => [edge.id, edge]));

  function placeArrow(arrow: Arrow): PlacedArrow {
    const edge = edges.get(`${arrow.from} ${arrow.to}`);
    const [section] = edge?.sections ?? [];
    if (!section) throw new Error(`ELK left out the arrow from ${arrow.from} to ${arrow.to}.`);
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    return {
      arrow,
      points: isUpward(arrow) ? points.reverse() : points,
      label: { ...boxOf(edge?.labels?.[0]), lines: labelCard(arrow.triggers).lines },
    };
  }

  const { width, height } = boxOf(root);
  const legend = hasLegend ? { ...legendOf(chart), x: EDGE, y: height } : null;
  return {
    width: Math.ceil(Math.max(width, legend ? legend.width + 2 * EDGE : 0)),
    height: Math.ceil(height + (legend ? legend.height + EDGE : 0)),
    states: chart.states.map((state) => ({
      ...boxOf(nodes.get(state.path)),
      state,
      lines: cards.get(state.path)?.lines ?? [],
    })),
    arrows: arrows.map(placeArrow),
    legend,
  };
}
