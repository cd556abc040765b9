import type { PlainEvent } from '../feed/events.ts';
import { left } from './describe.ts';
import { h, setText, withCode } from './dom.ts';
import { type Model, type Step, timersOf } from './model.ts';
import { STATE_TEXTS, type StatePath } from './texts.ts';
import { EVENT_WORDS } from './words.ts';

/** Events with a button. */
export type Offered = PlainEvent | 'ratings.carry';

/** Sends events to the client, if it runs in the same page. */
export interface Controls {
  /** The events that have an effect in the current state. */
  legal(): readonly Offered[];
  send(event: Offered): void;
}

/** One state: its meaning, its expiries, its view, and buttons for its events. */
export function createPresent(controls: Controls | undefined) {
  const title = h('h3', { tabindex: '-1' });
  const means = h('p');
  const shows = h('p', { class: 'quiet' });
  const timers = h('dl', { class: 'timers' });
  const waits = h('p', { class: 'quiet' });
  const events = h('div', { class: 'events' });
  const facts = h('dl', { class: 'view' });
  const element = h(
    'div',
    { class: 'present' },
    title,
    means,
    shows,
    timers,
    waits,
    events,
    h('details', { open: true }, h('summary', {}, 'The view'), facts),
  );
  let offered = '';

  const pairs = (list: HTMLDListElement, all: [string, string][]) => {
    const text = JSON.stringify(all);
    if (list.dataset.text === text) return;
    list.dataset.text = text;
    list.replaceChildren(...all.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
  };

  const offer = (legal: readonly Offered[]) => {
    if (legal.join() === offered) return;
    offered = legal.join();
    const active = (element.getRootNode() as Document | ShadowRoot).activeElement;
    const hadFocus = active !== null && events.contains(active);
    const buttons = legal.map((event) =>
      h('button', { type: 'button', title: EVENT_WORDS[event], onclick: () => controls?.send(event) }, event),
    );
    events.replaceChildren(...buttons);
    // The pressed button may be gone: keep the focus nearby.
    if (hadFocus) (buttons.find(({ textContent }) => textContent === active.textContent) ?? title).focus();
  };

  return {
    element,
    show(model: Model | null, step: Step | null, isPresent: boolean) {
      element.hidden = !model || !step;
      if (!model || !step) return;
      const text = Object.hasOwn(STATE_TEXTS, step.to) ? STATE_TEXTS[step.to as StatePath] : undefined;
      const parent = STATE_TEXTS[step.to.split('.')[0] as StatePath];
      setText(title, step.to);
      setText(means, text ? `${text.means}.` : '');
      const sight = text?.shows === 'the same' ? parent?.shows : text?.shows;
      const sentence = sight ? `A UI shows: ${sight}.` : '';
      if (shows.textContent !== sentence.replaceAll('`', '')) shows.replaceChildren(...withCode(sentence));
      const now = isPresent ? model.now() : step.at;
      pairs(
        timers,
        timersOf(step.context).map(({ name, endsAt }) => [name, left(endsAt - now)]),
      );
      setText(waits, isPresent && model.running.length > 0 ? `Waits for ${model.running.join(', ')}` : '');
      offer(isPresent && !model.isGone ? (controls?.legal() ?? []) : []);
      pairs(facts, linesOf(step.view ?? step.context));
    },
  };
}

/** Every value by its path; times are formatted as dates. */
function linesOf(values: object, path = ''): [string, string][] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const name = path + key;
    if (typeof value === 'object' && value !== null) return linesOf(value, `${name}.`);
    const isTime = typeof value === 'number' && /(At|Until|^at)$/.test(key);
    return [[name, isTime ? new Date(value).toLocaleString() : String(value)]];
  });
}
