/** An element: name, attributes and content. */
export type Drawn = [name: string, attributes: Record<string, string>, ...content: (Drawn | string)[]];

const PIECE = /<(?:\/[\w:]+|([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?))>|([^<]+)/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
const plain = (text: string) => text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);

/** Parses an SVG made by `draw`. */
function dataOf(svg: string): Drawn {
  const top: Drawn = ['', {}];
  const open = [top];
  for (const [piece, name, attributes = '', isEmpty, text] of svg.trim().matchAll(PIECE)) {
    const around = open.at(-1) as Drawn;
    if (text !== undefined) around.push(plain(text));
    else if (name === undefined) open.pop();
    else {
      const all = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, plain(value)]);
      const element: Drawn = [name, Object.fromEntries(all)];
      around.push(element);
      if (!isEmpty) open.push(element);
    }
    if (open.length === 0) throw new Error(`${piece} closes nothing.`);
  }
  return top[2] as Drawn;
}

/** A module with the picture as data, as pages with Trusted Types reject markup. */
export function embed(svg: string): string {
  const [name, attributes, ...content] = dataOf(svg);
  const parts = [name, attributes, ...content.filter((part) => part !== '\n')];
  const json = parts.map((part) => JSON.stringify(part)).join(',\n');
  return `// Generated from the machine by scripts/diagram (npm run docs all). Not to be edited.

/** The statechart as SVG, in JSON: \`[name, attributes, ...content]\`. Light or dark as the \`color-scheme\` around it. */
export const STATECHART: string = \`[${json.replace(/[\\`]|\$(?=\{)/g, '\\$&')}]\`;
`;
}
