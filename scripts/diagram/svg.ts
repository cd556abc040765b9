import type { Line, Tone } from './cards.ts';
import type { ChartState, Kind } from './graph.ts';
import type { Picture, PlacedArrow, PlacedState } from './layout.ts';
import { SIZE } from './measure.ts';
import type { Palette } from './palette.ts';

const KINDS: Kind[] = ['event', 'done', 'error', 'after', 'always'];

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const n = (value: number) => String(Math.round(value * 10) / 10);

/** The id of a state's group: `state-awaitingApproval-waiting`. */
export const idOf = (path: string) => `state-${path.replaceAll('.', '-')}`;

/** Marks content for the panel's script with a class and the transitions that it represents. */
const asMove = (content: string, moves: string[]) =>
  `<g class="move" data-moves="${escaped(moves.join(' '))}">${content}</g>`;

const GEAR = Array.from({ length: 8 }, (_, tooth) => {
  const at = (radius: number, turn: number) => {
    const angle = ((tooth + turn) * Math.PI) / 4;
    return `${n(radius * Math.cos(angle))} ${n(radius * Math.sin(angle))}`;
  };
  return `${tooth === 0 ? 'M' : 'L'}${at(3.4, -0.3)}L${at(4.8, -0.2)}L${at(4.8, 0.2)}L${at(3.4, 0.3)}`;
}).join('');

/** Reused shapes: a gear for actors, a clock for timers, an arrow head for each kind. */
function definitions(): string {
  const heads = KINDS.map(
    (kind) =>
      `<marker id="head-${kind}" class="fill-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .6 8 4 0 7.4z"/></marker>`,
  );
  return `<defs>
<path id="gear" d="${GEAR}zM1.6 0A1.6 1.6 0 1 0 -1.6 0A1.6 1.6 0 1 0 1.6 0z"/>
<g id="clock"><circle r="4.2"/><path d="M0 -2.4V0L1.7 1.2"/></g>
${heads.join('\n')}
</defs>`;
}

function style({ tones, groups, title, card, background }: Palette): string {
  const byTone = Object.entries(tones).flatMap(([tone, colour]) => [
    `.statechart .fill-${tone}{fill:${colour}}`,
    `.statechart .line-${tone}{fill:none;stroke:${colour}}`,
  ]);
  const byGroup = Object.entries(groups).map(
    ([group, { fill, border }]) => `.statechart .${group}{fill:${fill};stroke:${border}}`,
  );
  return `<style>
.statechart{font:${SIZE.text}px -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
.statechart .background{fill:${background}}
.statechart .title{font-size:${SIZE.title}px;font-weight:600;fill:${title}}
${byGroup.join('\n')}
.statechart .inner{fill:${card}}
.statechart .label{fill:${background};stroke:${groups.signedOut.border};stroke-width:.7}
.statechart .legend{fill:none;stroke:${groups.signedOut.border};stroke-width:.7;stroke-dasharray:3 3}
.statechart .arrow{stroke-width:1.4;stroke-linejoin:round}
${byTone.join('\n')}
</style>`;
}

const span = ({ text, tone }: { text: string; tone: Tone }) =>
  `<tspan class="fill-${tone}">${escaped(text)}</tspan>`;

function icon({ icon, x, y }: Line): string {
  if (!icon) return '';
  const [left, middle] = [n(x - 8), n(y - 4)];
  if (icon === 'actor') return `<use class="line-muted" href="#gear" x="${left}" y="${middle}"/>`;
  if (icon === 'after') return `<use class="line-after" href="#clock" x="${left}" y="${middle}"/>`;
  return `<circle class="fill-${icon}" cx="${left}" cy="${middle}" r="3"/>`;
}

function line(one: Line): string {
  const [first] = one.spans;
  const place = `x="${n(one.x)}" y="${n(one.y)}"`;
  if (first?.tone === 'title') return `<text class="title" ${place}>${escaped(first.text)}</text>`;
  return `${icon(one)}<text xml:space="preserve" ${place}>${one.spans.map(span).join('')}</text>`;
}

/** Groups each row with its second line, if any. */
const rowsOf = (lines: Line[]) =>
  lines.flatMap((one, index) => {
    const next = lines[index + 1];
    if (one.isIndented) return [];
    return [next?.isIndented ? [one, next] : [one]];
  });

const linesAt = (lines: Line[], x: number, y: number) =>
  rowsOf(lines)
    .map((row) => {
      const content = row.map((one) => line({ ...one, x: one.x + x, y: one.y + y })).join('');
      return row[0]?.moves ? asMove(content, row[0].moves) : content;
    })
    .join('');

function frame({ state, x, y, width, height }: PlacedState): string {
  const isInner = state.parent !== null;
  const classes = isInner ? `${state.group} inner` : state.group;
  return `<rect class="${classes}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${isInner ? 7 : 10}"/>`;
}

/** The dot that marks an initial state. */
const start = ({ state, x, y }: PlacedState) =>
  state.isInitial ? `<circle class="fill-target" cx="${n(x)}" cy="${n(y + 6)}" r="3.6"/>` : '';

function stateGroup(placed: PlacedState): string {
  const { state, lines, x, y } = placed;
  return `<g id="${idOf(state.path)}" class="state" data-state="${escaped(state.path)}">${frame(placed)}${start(placed)}${linesAt(lines, x, y)}</g>`;
}

/** A line through the points, with rounded corners. */
function path(points: PlacedArrow['points'], radius = 6): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (!before) return `M${n(point.x)} ${n(point.y)}`;
      if (!after) return `L${n(point.x)} ${n(point.y)}`;
      const towards = (other: { x: number; y: number }) => {
        const length = Math.hypot(other.x - point.x, other.y - point.y) || 1;
        const share = Math.min(radius, length / 2) / length;
        return `${n(point.x + (other.x - point.x) * share)} ${n(point.y + (other.y - point.y) * share)}`;
      };
      return `L${towards(before)}Q${n(point.x)} ${n(point.y)} ${towards(after)}`;
    })
    .join('');
}

function arrowLine({ arrow, points }: PlacedArrow): string {
  const { kind, moves } = arrow;
  return `<path class="move arrow line-${kind}" data-moves="${escaped(moves.join(' '))}" marker-end="url(#head-${kind})" d="${path(points)}"/>`;
}

function arrowLabel({ arrow, label }: PlacedArrow): string {
  const { x, y, width, height, lines } = label;
  if (lines.length === 0) return '';
  const box = `<rect class="label" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="6"/>`;
  return asMove(`${box}${linesAt(lines, x, y)}`, arrow.moves);
}

function legendGroup({ x, y, width, height, lines, swatches }: NonNullable<Picture['legend']>): string {
  const squares = swatches.map(
    (one) =>
      `<rect class="${one.group}" x="${n(x + one.x)}" y="${n(y + one.y)}" width="15" height="11" rx="3"/>`,
  );
  return `<g id="legend"><rect class="legend" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="10"/>${squares.join('')}${linesAt(lines, x, y)}</g>`;
}

const describe = (states: ChartState[]) =>
  `Signing in to TMDB as a statechart, from top to bottom. ${states.length} states: ${states.map(({ path }) => path).join(', ')}.`;

/** The picture as SVG: of its own size times `scale`, or with null as wide as its container. */
export function draw(picture: Picture, palette: Palette, scale: number | null = 1): string {
  const { width, height, states, arrows, legend } = picture;
  const size =
    scale === null ? '' : ` width="${Math.round(width * scale)}" height="${Math.round(height * scale)}"`;
  const outer = states.filter(({ state }) => state.parent === null);
  const inner = states.filter(({ state }) => state.parent !== null);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="statechart" role="img" aria-labelledby="statechart-title statechart-desc"${size} viewBox="0 0 ${width} ${height}">
<title id="statechart-title">The statechart</title>
<desc id="statechart-desc">${describe(states.map(({ state }) => state))}</desc>
${style(palette)}
${definitions()}
<rect class="background" width="${width}" height="${height}" rx="8"/>
${outer.map(stateGroup).join('\n')}
${inner.map(stateGroup).join('\n')}
${arrows.map(arrowLine).join('\n')}
${arrows.map(arrowLabel).join('\n')}
${legend ? legendGroup(legend) : ''}
</svg>
`;
}
