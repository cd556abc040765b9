import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { authMachine } from '../../machines/index.ts';
import { driftOf, generate } from '../../scripts/diagram/generate.ts';
import { type Chart, readChart } from '../../scripts/diagram/graph.ts';
import { idOf } from '../../scripts/diagram/svg.ts';
import { assertTexts, TEXTS } from '../../scripts/diagram/texts.ts';

const chart = readChart(authMachine);
const paths = chart.states.map(({ path }) => path);
const pictures = ['statechart.svg', 'statechart-dark.svg'] as const;
let files: Record<string, string>;

beforeAll(async () => {
  files = await generate(authMachine);
}, 60_000);

describe('the generated files in docs/', () => {
  it('are what the machine makes now', async () => {
    expect(await driftOf(files)).toEqual([]);
  });

  it('are the same bytes each time', async () => {
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

    const texts = { ...TEXTS, onHold: { means: 'Nobody knows', shows: 'nothing' } };
    const drifted = await driftOf(await generate(larger, texts));
    expect(drifted).toHaveLength(3);
    for (const name of [...pictures, 'states.md']) expect(drifted.join()).toContain(name);
  }, 60_000);
});

describe.each(pictures)('%s', (name) => {
  it('draws every state once, with an id to find it by', () => {
    for (const path of paths) expect(files[name]?.split(`id="${idOf(path)}"`), path).toHaveLength(2);
  });

  it('loads nothing and runs nothing', () => {
    const content = files[name]?.replace('xmlns="http://www.w3.org/2000/svg"', '');
    expect(content).not.toMatch(/<script|<foreignObject|<image|@import|https?:|\son\w+=/);
  });

  it('has a title and a description, and fits a README', () => {
    const content = files[name] ?? '';
    expect(content).toMatch(/<title [^>]*>[^<]+<\/title>/);
    expect(content).toMatch(/<desc [^>]*>[^<]+<\/desc>/);
    expect(Number(/viewBox="0 0 (\d+) /.exec(content)?.[1])).toBeLessThanOrEqual(960);
  });
});

describe('the table', () => {
  it('has a row for every state, with its meaning', () => {
    const rows = files['states.md']?.split('\n') ?? [];
    for (const [path, { means }] of Object.entries(TEXTS)) {
      expect(
        rows.filter((row) => /^\| \*{0,2}`/.test(row) && row.includes(`\`${path}\``) && row.includes(means)),
      ).toHaveLength(1);
    }
  });

  it('names every actor, delay and guard', () => {
    const { actors, delays, guards } = authMachine.implementations;
    for (const name of Object.keys({ ...actors, ...delays, ...guards }))
      expect(files['states.md']).toContain(name);
  });
});

describe('the texts', () => {
  it('belong to the states, no more and no less', () => {
    expect(() => assertTexts(chart)).not.toThrow();
    const fewer: Chart = { ...chart, states: chart.states.filter(({ path }) => path !== 'idle.failed') };
    expect(() => assertTexts(fewer)).toThrow("a text for 'idle.failed', which is no state");
  });
});
