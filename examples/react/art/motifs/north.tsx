import { type Motif, range, round } from '../motif.ts';

const peaks = (from: number, height: number, random: () => number) => {
  const tops = range(8).map(
    (peak) => `L${peak * 32 - 12} ${round(from - (peak % 2 ? height : 0) - random() * 18)}`,
  );
  return `M-20 300V${from}${tops.join('')}V300z`;
};

/** Rows of mountains, the lines of a weather map, and a red sun that hardly rises. */
export const north: Motif = ({ main, light }, random) => (
  <>
    <circle cx="132" cy="112" r="30" fill={light} />
    <g fill="none" stroke="#fff" strokeWidth="1.2" opacity="0.6">
      {range(7).map((isobar) => (
        <path
          key={isobar}
          d={`M-10 ${20 + isobar * 17}q50 ${-22 + isobar * 4} 104 ${isobar - 4}t116 ${8 - isobar * 3}`}
        />
      ))}
    </g>
    <path d={peaks(150, 40, random)} fill={main} opacity="0.28" />
    <path d={peaks(178, 46, random)} fill={main} opacity="0.5" />
    <path d={peaks(212, 44, random)} fill={main} opacity="0.95" />
    <path d="M52 212V172l26 8-26 8" fill={light} stroke={light} strokeWidth="2.5" />
    {range(40).map((flake) => (
      <circle
        key={flake}
        cx={round(random() * 200)}
        cy={round(random() * 230)}
        r={round(0.6 + random() * 1.3)}
        fill="#fff"
        opacity="0.85"
      />
    ))}
  </>
);
