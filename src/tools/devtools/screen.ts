import { createChart } from './chart.ts';
import { left, timeOf } from './describe.ts';
import { h, setText } from './dom.ts';
import { endsAt, type Model, type Step } from './model.ts';
import { type Controls, createPresent } from './present.ts';
import { STYLES } from './styles.ts';
import { createTimeline } from './timeline.ts';

const SECOND = 1_000;
const PARTS = ['Now', 'Statechart', 'Timeline'] as const;

/** All that is shown of one client. Shows its latest step until the reader chooses an earlier one. */
export function createScreen({
  controls,
  corner = null,
  absent = 'No client yet',
}: {
  controls?: Controls;
  corner?: Node | null;
  /** Shown while there is no client. */
  absent?: string;
} = {}) {
  let model: Model | null = null;
  let chosen: Step | null = null;

  const choose = (step: Step | null) => {
    chosen = step === model?.steps.at(-1) ? null : step;
    show();
  };

  const chart = createChart();
  const timeline = createTimeline(choose);
  const present = createPresent(controls);
  const status = h('span', { class: 'status' });
  const state = h('span', { class: 'state', role: 'status' });
  const countdown = h('span', { class: 'countdown' });
  const backToNow = h('button', { type: 'button', onclick: () => choose(null) }, 'Back to now');
  const then = h('p', { class: 'then' }, h('span'), ' ', backToNow);
  const parts = { Now: present.element, Statechart: chart.element, Timeline: timeline.element };
  const tabs = PARTS.map((part) =>
    h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => turnTo(part) }, part),
  );
  const element = h(
    'div',
    { class: 'screen' },
    h('header', {}, status, state, countdown, corner),
    h('nav', { 'aria-label': 'Parts' }, ...tabs),
    then,
    h(
      'div',
      { class: 'parts' },
      ...PARTS.map((part) =>
        h('section', { 'data-part': part, 'aria-label': part }, h('h2', {}, part), parts[part]),
      ),
    ),
  );

  /** Small screens show one part at a time. */
  const turnTo = (part: (typeof PARTS)[number]) => {
    element.dataset.part = part;
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.textContent === part));
    if (part === 'Statechart') chart.bringIntoView();
  };

  function show() {
    const steps = model?.steps ?? [];
    const step = chosen ?? steps.at(-1) ?? null;
    const isPresent = chosen === null;
    const end = step && endsAt(step);
    element.dataset.status = step?.view?.status ?? 'pending';
    const who = step?.view?.status ?? '';
    element.toggleAttribute('data-gone', model?.isGone === true);
    setText(status, model?.isGone ? `${who} · gone` : who);
    setText(state, step?.to ?? absent);
    setText(countdown, end && model && isPresent ? `${left(end - model.now())} left` : '');
    then.hidden = isPresent;
    if (!isPresent && step)
      setText(then.firstElementChild as Element, `As it was at ${timeOf(step.at)}, step ${step.number}.`);
    chart.show(step);
    timeline.show(steps, step);
    present.show(model, step, isPresent);
  }

  turnTo('Now');
  show();
  const ticker = setInterval(show, SECOND);

  return {
    element,
    /** For the root that contains it, a shadow root or an empty page. */
    styles: STYLES + chart.styles,
    show(shown: Model | null) {
      if (shown !== model) chosen = null;
      model = shown;
      if (chosen && !model?.steps.includes(chosen)) chosen = null;
      show();
    },
    bringIntoView: chart.bringIntoView,
    dispose: () => clearInterval(ticker),
  };
}
