import { type Motif, range } from '../motif.ts';

const wave = (y: number, shift: number) =>
  `M${-40 + shift} ${y}${range(7)
    .map((swell) => `q20 ${swell % 2 ? 7 : -7} 40 0`)
    .join('')}V300H-40z`;

/** The lines of a globe for a sky, waves, and one sail. */
export const meridian: Motif = ({ ground, main, light }) => (
  <>
    <circle cx="100" cy="128" r="62" fill={light} />
    <g fill="none" stroke={main} strokeWidth="0.9" opacity="0.55">
      {range(6).map((line) => (
        <ellipse key={line} cx="100" cy="150" rx={8 + line * 22} ry="124" />
      ))}
      {range(5).map((line) => (
        <path key={line} d={`M0 ${36 + line * 30}q100 ${24 - line * 8} 200 0`} />
      ))}
    </g>
    <path d="M104 92v74H62q30-30 42-74z" fill="#fffaf0" />
    <path d="M109 108q24 24 30 58h-30z" fill="#fffaf0" opacity="0.8" />
    <path d="M54 172h96l-16 18H70z" fill={main} />
    {range(5).map((row) => (
      <path
        key={row}
        d={wave(184 + row * 20, row % 2 ? -20 : 0)}
        fill={row % 2 ? main : ground}
        opacity={0.72 + row * 0.07}
      />
    ))}
  </>
);
