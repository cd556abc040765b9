import { type Motif, range, round } from '../motif.ts';

/** A bus with eleven windows, hills that repeat, and its lights in the river. */
export const bus: Motif = ({ sky, ground, main, light }, random) => (
  <>
    <circle cx="46" cy="52" r="15" fill={light} opacity="0.9" />
    <circle cx="52" cy="48" r="13" fill={sky} />
    {range(4).map((hill) => (
      <path
        key={hill}
        d={`M-10 ${104 + hill * 16}q34 -30 70 0t70 0 70 0V300H-10z`}
        fill={main}
        opacity={0.3 + hill * 0.18}
        transform={`translate(${hill * -17} 0)`}
      />
    ))}
    <path d="M0 186h200v8H0z" fill={sky} />
    <path d="M14 132h160q12 0 14 14l2 34q0 6-6 6H14q-6 0-6-6v-42q0-6 6-6z" fill={ground} />
    <path d="M8 166h182l.6 8H8z" fill={light} opacity="0.85" />
    {range(11).map((seat) => (
      <rect
        key={seat}
        x={16 + seat * 14}
        y="141"
        width="10"
        height="15"
        rx="1.5"
        fill={light}
        opacity={seat === 7 ? 0.25 : round(0.75 + random() * 0.25)}
      />
    ))}
    <circle cx="44" cy="187" r="10" fill={sky} />
    <circle cx="152" cy="187" r="10" fill={sky} />
    <path d="M190 168l40-12v34z" fill={light} opacity="0.5" />
    <g fill={light}>
      {range(26).map((glint) => (
        <rect
          key={glint}
          x={round(8 + random() * 170)}
          y={round(204 + glint * 2.6)}
          width={round(6 + random() * 22)}
          height="1.4"
          opacity={round(0.5 - glint * 0.014)}
        />
      ))}
    </g>
  </>
);
