import type { Plugin } from 'rolldown';

interface Node {
  type: string;
  start: number;
  end: number;
}
const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Expressions that may have an effect as far as a bundler knows: a getter may be behind each. */
const IS_READING = /^(Call|New|Member)Expression$|^SpreadElement$|^TemplateLiteral$/;

const isReading = (node: Node): boolean =>
  !/Function/.test(node.type) &&
  (IS_READING.test(node.type) || Object.values(node).flat().filter(isNode).some(isReading));

/**
 * Says of each constant of a file that making it has no other effect, as `sideEffects: false` says of whole files: an
 * app's bundler then drops the constants that it does not use, though others of the same file are used.
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
