import type { Motif } from '../motif.ts';
import { bicycle } from './bicycle.tsx';
import { bus } from './bus.tsx';
import { doors } from './doors.tsx';
import { facades } from './facades.tsx';
import { greenhouse } from './greenhouse.tsx';
import { lion } from './lion.tsx';
import { meridian } from './meridian.tsx';
import { north } from './north.tsx';
import { orbit } from './orbit.tsx';
import { spotlight } from './spotlight.tsx';
import { switchboard } from './switchboard.tsx';
import { umbrellas } from './umbrellas.tsx';

const ALL = {
  bicycle,
  bus,
  doors,
  facades,
  greenhouse,
  lion,
  meridian,
  north,
  orbit,
  spotlight,
  switchboard,
  umbrellas,
};

export type MotifName = keyof typeof ALL;

export const MOTIFS: Record<MotifName, Motif> = ALL;
