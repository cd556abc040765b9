/** `{ idle: 'fresh' }` as `idle.fresh`. */
const pathOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as object)
        .map(([parent, child]) => `${parent}.${pathOf(child)}`)
        .join(', ');

function add(text: string, className: string): void {
  const line = document.createElement('li');
  line.className = className;
  line.append(text);
  document.querySelector('ol')?.append(line);
  // Not `scrollIntoView`, which would move the page around this one, too.
  scrollTo({ top: document.body.scrollHeight });
}

export const showMachine = (name: string) => document.querySelector('h1')?.replaceChildren(`Machine ${name}`);

export const showEvent = (type: string) => add(`event ${type}`, 'event');

export function showState(value: unknown): void {
  document.querySelector('[role=status]')?.replaceChildren(pathOf(value));
  add(`state ${pathOf(value)}`, 'state');
}
