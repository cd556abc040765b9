import { visible } from '../../lib/visible.ts';

type Child = Node | string | null;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/**
 * An element with its attributes, listeners (`onclick`) and children. Text stays text, whoever it comes from, and reads in
 * the order it was written in: a name cannot turn round the words beside it.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (typeof value === 'string') element.setAttribute(key, value);
    else element.toggleAttribute(key, value);
  }
  const isShown = name !== 'style';
  const nodes = children.filter((child) => child !== null);
  element.append(...nodes.map((node) => (typeof node === 'string' && isShown ? visible(node) : node)));
  return element;
}

/**
 * Adds a style sheet: a constructed one, which no `style-src` of the page refuses. Returns the way to take it out again.
 * Environments of tests have none to construct (jsdom); there it is an element.
 */
export function addStyles(root: Document | ShadowRoot, css: string): () => void {
  if (!root.adoptedStyleSheets) {
    const element = h('style', {}, css);
    (root instanceof Document ? root.head : root).append(element);
    return () => element.remove();
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
  };
}

/** What is between backticks is code. */
export const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));

/** Writes only what is new: a text that is read aloud or selected is left alone. */
export function setText(element: Element, given: string): void {
  const text = visible(given);
  if (element.textContent !== text) element.textContent = text;
}
