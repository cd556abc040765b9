import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { authMachine } from '../../machines/index.ts';
import type { Drawn } from '../../scripts/diagram/embed.ts';
import { driftOf, generate } from '../../scripts/diagram/generate.ts';
import { type Chart, moveOf, readChart } from '../../scripts/diagram/graph.ts';
import { small } from '../../scripts/diagram/small.ts';
import { idOf } from '../../scripts/diagram/svg.ts';
import { assertTexts } from '../../scripts/diagram/texts.ts';
import { STATECHART } from '../../src/tools/devtools/statechart.ts';
import { STATE_TEXTS } from '../../src/tools/devtools/texts.ts';

const chart = readChart(authMachine);
const paths = chart.states.map(({ path }) => path);
const pictures = ['docs/statechart.svg', 'docs/statechart-dark.svg'] as const;
const smallPictures = ['docs/statechart-small.svg', 'docs/statechart-small-dark.svg'] as const;
const embedded = 'src/tools/devtools/statechart.ts';
const moves = chart.states.flatMap(({ transitions }) => transitions).filter(({ target }) => target !== null);
let files: Record<string, string>;

const svgOf = ([name, attributes, ...content]: Drawn): string => {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`),
  ].join(' ');
  const inner = content.map((part) => (typeof part === 'string' ? escaped(part) : svgOf(part))).join('');
  return content.length > 0 ? `<${start}>${name === 'style' ? content[0] : inner}</${name}>` : `<${start}/>`;
};
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const EMBEDDED = svgOf(JSON.parse(STATECHART) as Drawn);
const svgIn = (name: string) => (name === embedded ? EMBEDDED : files[name]);

/** The transitions of each arrow, label and row. */
const drawnMoves = (content = '') =>
  [...content.matchAll(/data-moves="([^"]*)"/g)].map(([, names = '']) => names.split(' '));

beforeAll(async () => {
  files = await generate(authMachine);
}, 60_000);

describe('the generated files', () => {
  it('match the present machine', async () => {
    expect(await driftOf(files)).toEqual([]);
  });

  it('are the same bytes on every run', async () => {
    expect(await generate(authMachine)).toEqual(files);
  }, 60_000);

  it('would not match a machine with one more state', async () => {
    const { config } = authMachine;
    const larger = createMachine(
      { ...config, states: { ...config.states, onHold: {} } } as typeof config,
      {
        delays: authMachine.implementations.delays,
      } as never,
    );
    await expect(generate(larger)).rejects.toThrow("no text for the state 'onHold'");

    const texts = { ...STATE_TEXTS, onHold: { means: 'Paused', shows: 'nothing' } };
    const drifted = await driftOf(await generate(larger, texts));
    expect(drifted).toHaveLength(4);
    for (const name of [...pictures, 'docs/states.md', embedded])
      expect(drifted.join()).toContain(`${name} differs`);
  }, 60_000);
});

describe.each([...pictures, embedded])('%s', (name) => {
  it('draws every state once, with an id and a path', () => {
    for (const path of paths)
      expect(
        svgIn(name)?.split(`<g id="${idOf(path)}" class="state" data-state="${path}">`),
        path,
      ).toHaveLength(2);
  });

  it('names every transition at its arrow, and none that the machine lacks', () => {
    expect([...new Set(drawnMoves(svgIn(name)).flat())].sort()).toEqual(
      [...new Set(moves.map(moveOf))].sort(),
    );
  });

  it('lists transitions together if one arrow stands for them', () => {
    const drawn = drawnMoves(svgIn(name));
    const asked = 'awaitingApproval|event:login.cancel';
    const both = ['event:login.start', 'event:login.password'].map((cause) => `idle|${cause}|tokenRequested`);
    expect(drawn).toContainEqual([`${asked}|guestActive`, `${asked}|idle.fresh`]);
    expect(drawn.filter((one) => one.includes(both[0] ?? ''))).toEqual([both, both]);
  });

  it('draws a poll before the approval in grey, and errors that end something in red', () => {
    const kindOf = (move: string) =>
      new RegExp(`class="move arrow line-(\\w+)" data-moves="${move.replaceAll('|', '\\|')}`).exec(
        svgIn(name) ?? '',
      )?.[1];
    expect(kindOf('awaitingApproval.checking|error:error|awaitingApproval.waiting')).toBe('always');
    expect(kindOf('tokenRequested.trying|error:error|tokenRequested.backoff')).toBe('error');
    expect(svgIn(name)).toContain('>not approved yet<');
  });

  it('loads nothing and runs nothing', () => {
    const content = svgIn(name)?.replace('xmlns="http://www.w3.org/2000/svg"', '');
    expect(content).not.toMatch(/<script|<foreignObject|<image|@import|https?:|\son\w+=/);
  });

  it('has a title and a description, and fits a README', () => {
    const content = svgIn(name) ?? '';
    expect(content).toMatch(/<title [^>]*>[^<]+<\/title>/);
    expect(content).toMatch(/<desc [^>]*>[^<]+<\/desc>/);
    expect(Number(/viewBox="0 0 (\d+) /.exec(content)?.[1])).toBeLessThanOrEqual(960);
  });
});

describe('the embedded picture', () => {
  it('is what the module exports', () => {
    expect(files[embedded]).toContain(STATECHART.replace(/[\\`]/g, '\\$&'));
    expect(EMBEDDED).toMatch(/^<svg [\s\S]*<\/svg>$/);
  });

  it('takes its size and its colours from its surroundings', () => {
    expect(/<svg [^>]*>/.exec(EMBEDDED)?.[0]).not.toMatch(/ (width|height)=/);
    const colours = /light-dark\(#[\da-f]{6},#[\da-f]{6}\)/g;
    expect(EMBEDDED.match(colours)?.length).toBeGreaterThan(20);
    expect(EMBEDDED.replace(colours, '')).not.toMatch(/ (fill|stroke|style)=|#[\da-f]{3,8}\b/);
  });

  it('differs from the picture in docs/ only by its size and colours', () => {
    const body = (svg: string | undefined) => svg?.slice(svg.indexOf('</style>')).replaceAll('>\n', '>');
    expect(body(EMBEDDED)).toBe(body(files['docs/statechart.svg']));
  });
});

describe.each(smallPictures)('%s', (name) => {
  it('draws the five main states, and only moves that the machine has', () => {
    const content = files[name] ?? '';
    const drawn = [...content.matchAll(/data-state="([^"]*)"/g)].map(([, path]) => path);
    expect(drawn).toEqual(['idle', 'tokenRequested', 'awaitingApproval', 'sessionActive', 'guestActive']);
    const all = new Set(moves.map(moveOf));
    expect(
      drawnMoves(content)
        .flat()
        .filter((move) => !all.has(move)),
    ).toEqual([]);
  });

  it('can be read on a phone of 390 px', () => {
    expect(Number(/viewBox="0 0 (\d+) /.exec(files[name] ?? '')?.[1])).toBeLessThanOrEqual(390);
  });
});

describe('the small picture', () => {
  it('is not drawn of a machine without one of its arrows', () => {
    const states = chart.states.map((state) => ({
      ...state,
      transitions: state.transitions.filter(({ on }) => on !== 'approval.denied'),
    }));
    expect(() => small({ ...chart, states })).toThrow('from awaitingApproval to idle by approval.denied');
  });
});

describe('docs/states.md', () => {
  it('has a section for every state, with its meaning', () => {
    const sections = files['docs/states.md']?.split(/^##+ /m) ?? [];
    for (const [path, { means }] of Object.entries(STATE_TEXTS)) {
      const [own = '', ...more] = sections.filter((one) => one.startsWith(`${path}\n`));
      expect(more).toEqual([]);
      expect(own).toContain(`· ${means}`);
    }
  });

  it('names every target of a state in the section of that state', () => {
    for (const { path, transitions } of chart.states) {
      const own = files['docs/states.md']?.split(/^##+ /m).find((one) => one.startsWith(`${path}\n`)) ?? '';
      for (const { target } of transitions) expect(own).toContain(target ? `[\`${target}\`]` : 'stays');
    }
  });

  it('names every actor, delay and guard', () => {
    const { actors, delays, guards } = authMachine.implementations;
    for (const name of Object.keys({ ...actors, ...delays, ...guards }))
      expect(files['docs/states.md']).toContain(name);
  });
});

describe('the texts of the states', () => {
  it('exist for exactly the machine’s states', () => {
    expect(() => assertTexts(chart)).not.toThrow();
    const fewer: Chart = { ...chart, states: chart.states.filter(({ path }) => path !== 'idle.failed') };
    expect(() => assertTexts(fewer)).toThrow("a text for 'idle.failed', which is not a state");
  });
});
