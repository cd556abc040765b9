import type { Inks } from '../../films/films.ts';
import { type Motif, range } from '../motif.ts';

/** The same bank four times, the third one upside down. */
export const facades: Motif = (inks) =>
  grounds(inks).map(([back, front], tuesday) => (
    <g key={back} transform={`translate(${(tuesday % 2) * 100} ${Math.floor(tuesday / 2) * 112})`}>
      <rect width="100" height="112" fill={back} />
      <g transform={tuesday === 2 ? 'rotate(180 50 58)' : undefined} fill={front}>
        <path d="M16 44 50 22 84 44z" />
        <rect x="18" y="47" width="64" height="6" />
        {range(4).map((column) => (
          <rect key={column} x={22 + column * 16} y="56" width="8" height="30" />
        ))}
        <rect x="16" y="89" width="68" height="6" />
        <circle cx="50" cy="37" r="3.5" fill={back} />
      </g>
    </g>
  ));

const grounds = ({ sky, ground, main, light }: Inks) =>
  [
    [sky, ground],
    [main, light],
    [light, main],
    [ground, sky],
  ] as const;
