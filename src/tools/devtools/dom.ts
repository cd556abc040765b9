import { visible } from '../../lib/visible.ts';

type Child = Node | string | null;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/**
 * An element with its attributes, listeners (`onclick`) and children. Strings become text, never markup, and their
 * control characters are shown: a name cannot reverse the words beside it.
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
 * Adds a constructed style sheet, which no `style-src` of the page blocks; in jsdom, which has none, a `<style>`
 * element. Returns a function that removes it.
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

/** Text between backticks becomes `<code>`. */
export const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));

/** Writes only a changed text: a rewrite would interrupt a screen reader and drop the user's selection. */
export function setText(element: Element, given: string): void {
  const text = visible(given);
  if (element.textContent !== text) element.textContent = text;
}
