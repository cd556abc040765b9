import { h } from './dom.ts';
import type { Step } from './model.ts';
import { STATECHART } from './statechart.ts';

/** The statechart, with the states of a step lit and its transitions traced. */
export function createChart() {
  const element = h('div', { class: 'chart', tabindex: '0', role: 'region', 'aria-label': 'The drawing' });
  // Our own drawing, made at build time: nothing of it comes from outside.
  element.innerHTML = STATECHART;
  let shown: Step | null = null;

  const mark = (selector: string, name: string) => {
    for (const one of element.querySelectorAll(selector)) one.classList.add(name);
  };
  const lit = (path: string, name: string) => {
    const parts = path.split('.');
    parts.forEach((_, index) => {
      mark(`[data-state="${CSS.escape(parts.slice(0, index + 1).join('.'))}"]`, name);
    });
  };

  /** The active state in the middle, without moving the page around it. */
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
    show(step: Step | null) {
      if (step === shown) return;
      shown = step;
      for (const one of element.querySelectorAll('.active, .traced'))
        one.classList.remove('active', 'traced');
      if (!step) return;
      lit(step.to, 'active');
      for (const { key } of step.moves) mark(`[data-moves~="${CSS.escape(key)}"]`, 'traced');
      bringIntoView();
    },
    bringIntoView,
  };
}
