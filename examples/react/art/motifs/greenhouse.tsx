import { type Motif, range, round } from '../motif.ts';

/** A house of panes under a pale sky, and one flower in it. */
export const greenhouse: Motif = ({ sky, ground, main, light }, random) => (
  <>
    <circle cx="152" cy="56" r="24" fill="#fff" opacity="0.7" />
    <path d="M0 190q40-30 84-16t116-22v148H0z" fill={ground} opacity="0.7" />
    {range(5).flatMap((column) =>
      range(4).map((row) => {
        const [x, y] = [30 + column * 28, 122 + row * 28];
        return (
          <rect
            key={`${column}${row}`}
            x={x}
            y={y}
            width="28"
            height="28"
            fill={random() > 0.5 ? sky : '#fff'}
            opacity={round(0.35 + random() * 0.5)}
          />
        );
      }),
    )}
    <path d="M30 122 100 62l70 60z" fill="#fff" opacity="0.55" />
    <g fill="none" stroke={main} strokeWidth="2.4" strokeLinejoin="round">
      <path d="M30 122 100 62l70 60v112H30zM30 122h140M100 62v172M65 92v142M135 92v142" />
      <path d="M30 150h140M30 178h140M30 206h140" strokeWidth="1.2" />
    </g>
    <path
      d="M100 234v-62M100 206q-16-2-20-18 18 2 20 18M100 194q14-4 18-18-18 2-18 18"
      fill={main}
      stroke={main}
      strokeWidth="3"
    />
    {range(6).map((petal) => (
      <ellipse
        key={petal}
        cx="100"
        cy="152"
        rx="7"
        ry="13"
        fill={light}
        transform={`rotate(${petal * 60} 100 164)`}
      />
    ))}
    <circle cx="100" cy="164" r="5.5" fill="#fff3d8" />
    <path d="M0 232h200v68H0z" fill={main} />
  </>
);
