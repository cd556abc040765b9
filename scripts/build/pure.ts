import type { Plugin } from 'rolldown';

interface Node {
  type: string;
  start: number;
}
const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Where calls begin that the module itself makes while it loads. */
function callsIn(node: Node): number[] {
  if (/Function|^ExpressionStatement$|^TS/.test(node.type)) return [];
  const inner = Object.values(node).flat().filter(isNode).flatMap(callsIn);
  return /^(Call|New)Expression$/.test(node.type) ? [node.start, ...inner] : inner;
}

/**
 * Says of each call that a module makes while it loads that it has no effect but its result, as `sideEffects: false`
 * says of the module: an app's bundler then drops it where the result is not used, in a file that holds many modules.
 */
export const pure: Plugin = {
  name: 'calls without effects',
  transform(code, _, { moduleType }) {
    const { body } = this.parse(code, { lang: moduleType === 'tsx' ? 'tsx' : 'ts' });
    const starts = [...new Set(body.flatMap((node) => callsIn(node)))].sort((one, other) => other - one);
    return starts.reduce((text, at) => `${text.slice(0, at)}/* @__PURE__ */ ${text.slice(at)}`, code);
  },
};
