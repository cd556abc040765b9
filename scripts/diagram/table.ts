import { STATE_TEXTS, type StateText } from '../../src/tools/devtools/texts.ts';
import { table } from '../../test/support/table.ts';
import type { Chart, ChartGuard, ChartState, ChartTransition } from './graph.ts';
import { assertTexts } from './texts.ts';

const code = (text: string) => `\`${text}\``;

const guardWords = ({ name, detail }: ChartGuard) => (detail ? `${name} ${detail}` : name);

/** `login.cancel` [hasGuest] → `guestActive` */
function line({ on, guard, target }: ChartTransition, words = code(on)): string {
  const condition = guard ? ` [${guardWords(guard)}]` : '';
  return `${words}${condition} → ${target ? code(target) : 'stays'}`;
}

const isTimer = ({ kind }: ChartTransition) => kind === 'after';
const eventsOf = (all: ChartTransition[]) => all.filter((one) => !isTimer(one)).map((one) => line(one));
const timersOf = (all: ChartTransition[], { delays }: Chart) =>
  all.filter(isTimer).map((one) => line(one, `${code(one.on)} (${delays[one.on] ?? 'varies'})`));

function stateRow(state: ChartState, chart: Chart, texts: Record<string, StateText>): string[] {
  const { path, transitions, actors, isInitial, parent } = state;
  const name = parent ? code(path) : `**${code(path)}**`;
  return [
    isInitial ? `${name} •` : name,
    texts[path]?.means ?? '',
    texts[path]?.shows ?? '',
    eventsOf(transitions).join('<br>'),
    timersOf(transitions, chart).join('<br>'),
    actors.map(code).join(', '),
  ];
}

function delayRows({ delays, states }: Chart): string[][] {
  return Object.entries(delays).map(([name, length]) => {
    const users = states.filter(({ transitions }) =>
      transitions.some((one) => isTimer(one) && one.on === name),
    );
    return [code(name), length, users.map(({ path }) => code(path)).join(', ')];
  });
}

/** The page with every state: its meaning, the UI for it, and every transition out of it. */
export function tableOf(chart: Chart, texts: Record<string, StateText> = STATE_TEXTS): string {
  assertTexts(chart, texts);
  const head = ['State', 'What it means', 'What a UI shows', 'Events and guards', 'Timers', 'Actor'];
  return `# The states

This page lists every state of the machine: its meaning, what a UI shows, and every transition out of it. \`scripts/diagram/main.ts\` makes it from the machine. A dot marks the child in which a state begins. If several lines have the same event, the machine takes the first with a guard that holds. \`done\` and \`error\` come from the actor.

${table(
  head,
  chart.states.map((state) => stateRow(state, chart, texts)),
)}

## In every state

These events work in every state. A state's own line for the same event comes first.

${eventsOf(chart.everywhere)
  .map((one) => `- ${one}`)
  .join('\n')}

## Timers

The lengths are nominal: the client counts expiries from TMDB's answers.

${table(['Delay', 'Nominal length', 'Runs in'], delayRows(chart))}
`;
}
