import { STATE_TEXTS, type StateText } from '../../src/tools/devtools/texts.ts';
import { table } from '../../test/support/table.ts';
import { type Chart, type ChartState, type ChartTransition, groupBy } from './graph.ts';
import { assertTexts } from './texts.ts';

/** From this many targets on, each has a line of its own. */
const MANY = 4;

const code = (text: string) => `\`${text}\``;
/** GitHub and TypeDoc both leave the dots out of a heading's anchor. */
const link = (path: string) => `[${code(path)}](#${path.replaceAll('.', '').toLowerCase()})`;
const item = (text: string) => `- ${text}`;

const targetOf = ({ target }: ChartTransition) => (target ? link(target) : 'stays');
const guardOf = ({ guard }: ChartTransition) =>
  guard && `if ${code(guard.detail ? `${guard.name} ${guard.detail}` : guard.name)}`;

/** `login.cancel` → `guestActive` if `hasGuest`, else `idle.fresh` */
function branchesOf(branches: ChartTransition[]): string {
  if (branches.length >= MANY)
    return branches.map((one) => `\n  - ${guardOf(one) ?? 'else'} → ${targetOf(one)}`).join('');
  const parts = branches.map((one, index) => {
    const guard = guardOf(one);
    if (guard) return `${targetOf(one)} ${guard}`;
    return index > 0 ? `else ${targetOf(one)}` : targetOf(one);
  });
  return ` → ${parts.join(', ')}`;
}

function triggerOf({ kind, on }: ChartTransition, delays: Chart['delays']): string {
  return kind === 'after' ? `after ${code(on)} (${delays[on] ?? 'varies'})` : code(on);
}

const itemsOf = (transitions: ChartTransition[], { delays }: Chart) =>
  groupBy(transitions, ({ kind, on }) => `${kind} ${on}`).flatMap((branches) =>
    branches.slice(0, 1).map((one) => item(triggerOf(one, delays) + branchesOf(branches))),
  );

function section(state: ChartState, chart: Chart, texts: Record<string, StateText>): string {
  const { path, parent, group, actors, transitions } = state;
  const { means = '', shows = '' } = texts[path] ?? {};
  const initial = chart.states.find((one) => one.parent === path && one.isInitial);
  const lines = [
    item(`A UI shows ${shows === 'the same' && parent ? `the same as in ${link(parent)}` : shows}`),
    ...(initial ? [item(`Begins in ${link(initial.path)}`)] : []),
    ...actors.map((actor) => item(`Runs the actor ${code(actor)}`)),
    ...itemsOf(transitions, chart),
  ];
  const end = means.endsWith('?') ? '' : '.';
  return `${parent ? '###' : '##'} ${path}\n\n**${group}** · ${means}${end}\n\n${lines.join('\n')}`;
}

function delayRows({ delays, states }: Chart): string[][] {
  return Object.entries(delays).map(([name, length]) => {
    const users = states.filter(({ transitions }) =>
      transitions.some(({ kind, on }) => kind === 'after' && on === name),
    );
    return [code(name), length, users.map(({ path }) => link(path)).join(', ')];
  });
}

/** The page with all states: their meaning, what a UI shows, and their transitions. */
export function statesPage(chart: Chart, texts: Record<string, StateText> = STATE_TEXTS): string {
  assertTexts(chart, texts);
  return `# The states

This page lists every state of the machine, what a UI shows in it, and every transition. It is made from the machine by \`scripts/diagram/main.ts\`. The same as a picture: [the statechart](statechart.md).

Each state begins with the \`status\` that a view reports. Where an event has several targets, the first with a passing guard is taken. \`done\` and \`error\` come from the actor that the state runs. A child also handles the events of its parent.

${chart.states.map((state) => section(state, chart, texts)).join('\n\n')}

## In every state

If a state handles one of these itself, that takes precedence.

${itemsOf(chart.everywhere, chart).join('\n')}

## Timers

Nominal lengths: the actors compute expiries from TMDB's answers.

${table(['Delay', 'Nominal length', 'Runs in'], delayRows(chart))}
`;
}
