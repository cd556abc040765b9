import type { Plugin } from 'rolldown';

interface Node {
  type: string;
  start: number;
  end: number;
}
const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Expressions that a bundler assumes to have side effects: each may call a getter. */
const IS_READING = /^(Call|New|Member)Expression$|^SpreadElement$|^TemplateLiteral$/;

const isReading = (node: Node): boolean =>
  !/Function/.test(node.type) &&
  (IS_READING.test(node.type) || Object.values(node).flat().filter(isNode).some(isReading));

/**
 * Marks each constant of a file as free of side effects, as `sideEffects: false` does for whole files: an app's
 * bundler can then drop unused constants of a file that it uses.
 */
export const pure: Plugin = {
  name: 'constants without effects',
  renderChunk(code) {
    const made = this.parse(code).body.flatMap((node) =>
      node.type === 'VariableDeclaration' ? node.declarations : [],
    );
    return made
      .flatMap(({ init }) => (init && isReading(init) ? [init] : []))
      .reverse()
      .reduce((text, { start, end }) => {
        const value = text.slice(start, end);
        return `${text.slice(0, start)}/* @__PURE__ */ (() => (${value}))()${text.slice(end)}`;
      }, code);
  },
};
