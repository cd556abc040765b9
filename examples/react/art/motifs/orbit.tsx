import { type Motif, onCircle, range, round } from '../motif.ts';

/** A planet, a trade route round it, nine lamps: one of them burns. */
export const orbit: Motif = ({ main, light, ground }, random) => (
  <>
    {range(46).map((star) => (
      <circle
        key={star}
        cx={round(random() * 200)}
        cy={round(random() * 210)}
        r={round(0.3 + random() * 0.8)}
        fill={light}
        opacity={round(0.3 + random() * 0.6)}
      />
    ))}
    <g transform="rotate(-18 128 136)" fill="none" stroke={light} strokeWidth="1.2">
      <path d="M14 136a114 34 0 0 1 228 0" opacity="0.45" />
    </g>
    <circle cx="128" cy="136" r="62" fill={main} />
    <path d="M128 74a62 62 0 0 1 0 124a84 84 0 0 0 0-124z" fill={ground} opacity="0.55" />
    <path
      d="M70 118q58 14 116-6M66 140q60 18 124 0M73 164q56 14 108-6"
      fill="none"
      stroke={ground}
      strokeWidth="3"
      opacity="0.35"
    />
    <g transform="rotate(-18 128 136)" fill="none" stroke={light} strokeWidth="1.2">
      <path d="M14 136a114 34 0 0 0 228 0" opacity="0.9" />
    </g>
    {range(9).map((lamp) => {
      const [x, y] = onCircle(0, 0, 1, 0.32 + lamp * 0.052);
      const [px, py] = [128 + x * 114, 136 + y * 34];
      const turned = -0.314;
      const [cx, cy] = [
        round(128 + (px - 128) * Math.cos(turned) - (py - 136) * Math.sin(turned)),
        round(136 + (px - 128) * Math.sin(turned) + (py - 136) * Math.cos(turned)),
      ];
      const burns = lamp === 6;
      return (
        <g key={lamp} fill={light}>
          {burns && <circle cx={cx} cy={cy} r="15" opacity="0.16" />}
          {burns && <circle cx={cx} cy={cy} r="9" opacity="0.3" />}
          <circle cx={cx} cy={cy} r={burns ? 4.4 : 2.2} />
        </g>
      );
    })}
  </>
);
