import type { Tone } from './cards.ts';
import type { Group } from './graph.ts';

export interface Palette {
  background: string;
  /** Colour of state names. */
  title: string;
  /** Background of nested cards. */
  card: string;
  /** Background and border of each group. */
  groups: Record<Group, { fill: string; border: string }>;
  tones: Record<Exclude<Tone, 'title'>, string>;
}

export const LIGHT: Palette = {
  background: '#ffffff',
  title: '#1f2328',
  card: '#ffffff',
  groups: {
    signedOut: { fill: '#f3f4f6', border: '#b6bdc8' },
    pending: { fill: '#f1f6ff', border: '#9fb8e3' },
    guest: { fill: '#fbf3ff', border: '#c9a6e4' },
    user: { fill: '#eefaf1', border: '#8fcaa2' },
  },
  tones: {
    done: '#177a39',
    error: '#c1332b',
    after: '#9a6200',
    event: '#1c5fc4',
    always: '#6b7280',
    muted: '#646d7a',
    target: '#3d4550',
    guest: '#8640b8',
  },
};

export const DARK: Palette = {
  background: '#0d1117',
  title: '#f0f3f6',
  card: '#0f141b',
  groups: {
    signedOut: { fill: '#171c23', border: '#4a535f' },
    pending: { fill: '#111c2e', border: '#37527f' },
    guest: { fill: '#20162b', border: '#674487' },
    user: { fill: '#10231a', border: '#2f6844' },
  },
  tones: {
    done: '#4cc26e',
    error: '#ff7b72',
    after: '#e0a63a',
    event: '#6cabff',
    always: '#9aa4b2',
    muted: '#98a2b0',
    target: '#c9d1d9',
    guest: '#cf9bf5',
  },
};

type Colours = { [name: string]: string | Colours };

const paired = (light: Colours, dark: Colours): Colours =>
  Object.fromEntries(
    Object.entries(light).map(([name, one]) => {
      const other = dark[name];
      if (typeof one === 'string') return [name, `light-dark(${one},${other})`];
      return [name, paired(one, other as Colours)];
    }),
  );

/** Light or dark by the `color-scheme` of the surrounding page. */
export const LIGHT_DARK = paired({ ...LIGHT }, { ...DARK }) as unknown as Palette;
