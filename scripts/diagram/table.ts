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

/** The page with all states: their meaning, what a UI shows, and their transitions. */
export function tableOf(chart: Chart, texts: Record<string, StateText> = STATE_TEXTS): string {
  assertTexts(chart, texts);
  const head = ['State', 'What it means', 'What a UI shows', 'Events and guards', 'Timers', 'Actor'];
  return `# The states

Generated from the machine by \`scripts/diagram/main.ts\`. A dot marks an initial state. Of several lines with the same event, the first with a passing guard is taken; \`done\` and \`error\` come from the actor.

${table(
  head,
  chart.states.map((state) => stateRow(state, chart, texts)),
)}

## In every state

If a state handles one of these itself, that takes precedence.

${eventsOf(chart.everywhere)
  .map((one) => `- ${one}`)
  .join('\n')}

## Timers

Nominal lengths: the actors compute expiries from TMDB's answers.

${table(['Delay', 'Nominal length', 'Runs in'], delayRows(chart))}
`;
}
