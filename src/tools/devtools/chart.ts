import { h } from './dom.ts';
import type { Step } from './model.ts';
import { STATECHART } from './statechart.ts';

/** An element of the drawing. */
type Drawn = [name: string, attributes: Record<string, string>, ...content: (Drawn | string)[]];

const SVG = 'http://www.w3.org/2000/svg';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** Element by element: a page with `require-trusted-types-for 'script'` rejects markup. */
function draw([name, attributes, ...content]: Drawn): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttributeNS(key.startsWith('xml:') ? XML : null, key, value);
  element.append(...content.map((part) => (typeof part === 'string' ? part : draw(part))));
  return element;
}

const isStyle = (part: Drawn | string): part is ['style', Record<string, string>, string] =>
  part[0] === 'style';

/** The statechart, with a step's states and transitions highlighted. */
export function createChart() {
  const element = h('div', { class: 'chart', tabindex: '0', role: 'region', 'aria-label': 'The drawing' });
  const [name, { xmlns: _, ...attributes }, ...content] = JSON.parse(STATECHART) as Drawn;
  element.append(draw([name, attributes, ...content.filter((part) => !isStyle(part))]));
  const states = [...element.querySelectorAll<SVGElement>('[data-state]')];
  const moves = [...element.querySelectorAll<SVGElement>('[data-moves]')];
  let shown: Step | null = null;

  const trace = (step: Step | null) => {
    element.classList.toggle('failed', step?.failure != null);
    const taken = step?.moves.map(({ key }) => key) ?? [];
    for (const { classList, dataset } of states)
      classList.toggle('active', `${step?.to}.`.startsWith(`${dataset.state}.`));
    for (const { classList, dataset } of moves)
      classList.toggle(
        'traced',
        (dataset.moves ?? '').split(' ').some((key) => taken.includes(key)),
      );
  };

  /** Scrolls the chart alone: `scrollIntoView` would scroll the page too. */
  const bringIntoView = () => {
    const active = [...element.querySelectorAll('.active')].at(-1)?.getBoundingClientRect();
    if (!active) return;
    const frame = element.getBoundingClientRect();
    const isReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    element.scrollBy({
      top: active.top + active.height / 2 - frame.top - frame.height / 2,
      left: active.left + active.width / 2 - frame.left - frame.width / 2,
      behavior: isReduced ? 'auto' : 'smooth',
    });
  };

  return {
    element,
    /** The style sheet of the drawing. */
    styles: content.map((part) => (isStyle(part) ? part[2] : '')).join(''),
    show(step: Step | null) {
      if (step === shown) return;
      shown = step;
      trace(step);
      if (step) bringIntoView();
    },
    bringIntoView,
  };
}
