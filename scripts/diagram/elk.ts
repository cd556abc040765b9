import ElkModule, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js';
import { labelCard } from './cards.ts';
import type { Arrow } from './compact.ts';
import { boxOf, type PlacedArrow } from './placed.ts';

// Its types say ES module, its file is CommonJS.
const Elk = ElkModule as unknown as new () => { layout(graph: ElkNode): Promise<ElkNode> };
const elk = new Elk();

const COMMON = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
};
const INLINE = { 'elk.edgeLabels.inline': 'true' };

/** For the children of one state. */
export const INSIDE = {
  ...COMMON,
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.spacing.nodeNode': '10',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.edgeLabel': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeNodeBetweenLayers': '8',
};

/** For the blocks. */
export const OUTSIDE = {
  ...COMMON,
  'elk.direction': 'DOWN',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
};

export const layOutWithElk = (graph: ElkNode): Promise<ElkNode> => elk.layout(graph);

export function edgeOf(arrow: Arrow, index: number, from = arrow.from, to = arrow.to): ElkExtendedEdge {
  const { width, height } = labelCard(arrow.triggers);
  return {
    id: `arrow-${index}`,
    sources: [from],
    targets: [to],
    labels:
      arrow.triggers.length > 0
        ? [{ id: `label-${index}`, text: 'label', width, height, layoutOptions: INLINE }]
        : [],
  };
}

export function placedArrows(arrows: Arrow[], edges: ElkExtendedEdge[] | undefined): PlacedArrow[] {
  return arrows.flatMap((arrow, index) => {
    const edge = edges?.find(({ id }) => id === `arrow-${index}`);
    const section = edge?.sections?.[0];
    if (!section) return [];
    const label = { ...boxOf(edge?.labels?.[0] ?? {}), lines: labelCard(arrow.triggers).lines };
    return [{ arrow, points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint], label }];
  });
}
