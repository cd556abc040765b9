import { type Motif, onCircle, range, round } from '../motif.ts';

const wheel = (x: number, ink: string) => (
  <g key={x} stroke={ink} fill="none">
    <circle cx={x} cy="168" r="24" strokeWidth="3" />
    {range(10).map((spoke) => (
      <path key={spoke} d={`M${x} 168L${onCircle(x, 168, 24, spoke / 10)}`} strokeWidth="0.7" />
    ))}
  </g>
);

/** A bicycle in front of a very large moon. */
export const bicycle: Motif = ({ main, light, ground }, random) => (
  <>
    {range(30).map((star) => (
      <circle
        key={star}
        cx={round(random() * 200)}
        cy={round(random() * 150)}
        r={round(0.4 + random() * 0.7)}
        fill={light}
        opacity="0.7"
      />
    ))}
    <circle cx="104" cy="122" r="84" fill={light} opacity="0.1" />
    <circle cx="104" cy="122" r="72" fill={light} />
    {[
      [76, 92, 11],
      [130, 84, 7],
      [142, 118, 13],
      [84, 128, 6],
      [112, 106, 4],
    ].map(([x, y, r]) => (
      <circle key={x} cx={x} cy={y} r={r} fill={ground} opacity="0.16" />
    ))}
    {wheel(68, main)}
    {wheel(138, main)}
    <path
      d="M68 168 88 130h38l12 38M88 130l16 38h-36M104 168l22-38M126 130l-5-14h13M82 122h14M88 130l-3-8"
      fill="none"
      stroke={main}
      strokeWidth="3.4"
      strokeLinejoin="round"
      strokeLinecap="round"
    />
    <path d="M0 206q50-26 104-12t96-10v116H0z" fill={main} />
    <path d="M0 232q60-22 120-6t80-8v82H0z" fill={ground} opacity="0.35" />
  </>
);
