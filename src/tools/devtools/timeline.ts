import { since, timeOf, trigger, what, why } from './describe.ts';
import { h } from './dom.ts';
import type { Step } from './model.ts';

/** All steps, the latest first. Choosing one shows the state after it; `null` is the present. */
export function createTimeline(choose: (step: Step | null) => void) {
  const list = h('ol', { reversed: true });
  const empty = h('p', { class: 'quiet' }, 'Nothing has happened yet.');
  const element = h('div', { class: 'timeline' }, empty, list);
  const rows = new Map<Step, HTMLLIElement>();

  const rowOf = (step: Step, before: Step | undefined) => {
    const { at, from, to, isIgnored, failure } = step;
    const kind = isIgnored ? 'ignored' : failure ? 'failed' : 'taken';
    const reason = why(step);
    const way = from === null || from === to ? to : `${from} → ${to}`;
    return h(
      'li',
      { class: kind, value: String(step.number) },
      h(
        'button',
        { type: 'button', 'aria-pressed': 'false', onclick: () => choose(step) },
        h(
          'span',
          { class: 'when' },
          h('time', { datetime: new Date(at).toISOString() }, timeOf(at)),
          before ? ` ${since(at - before.at)}` : '',
        ),
        h('strong', {}, what(step)),
        h('span', { class: 'way' }, from === null ? to : `${trigger(step)}: ${way}`),
        reason === null ? null : h('span', { class: 'why' }, `because ${reason}`),
      ),
    );
  };

  return {
    element,
    show(steps: readonly Step[], chosen: Step | null) {
      empty.hidden = steps.length > 0;
      steps.forEach((step, index) => {
        if (rows.has(step)) return;
        const row = rowOf(step, steps[index - 1]);
        rows.set(step, row);
        list.prepend(row);
      });
      for (const [step, row] of rows) {
        if (!steps.includes(step)) {
          row.remove();
          rows.delete(step);
        } else row.querySelector('button')?.setAttribute('aria-pressed', String(step === chosen));
      }
    },
  };
}
