import { type Motif, range, round } from '../motif.ts';

const COLUMNS = 7;
const ROWS = 8;
const at = (column: number, row: number): [number, number] => [28 + column * 24, 32 + row * 24];

/** A board of sockets, cords across it, and one lamp that should not be lit. */
export const switchboard: Motif = ({ main, light, ground }, random) => (
  <>
    {range(COLUMNS * ROWS).map((socket) => {
      const [x, y] = at(socket % COLUMNS, Math.floor(socket / COLUMNS));
      return (
        <g key={socket}>
          <circle cx={x} cy={y} r="6" fill={main} opacity={round(0.25 + random() * 0.4)} />
          <circle cx={x} cy={y} r="2.6" fill={ground} />
        </g>
      );
    })}
    {range(6).map((cord) => {
      const [x1, y1] = at(Math.floor(random() * COLUMNS), Math.floor(random() * 3));
      const [x2, y2] = at(Math.floor(random() * COLUMNS), 3 + Math.floor(random() * 5));
      const sag = round(Math.max(y1, y2) + 36 + random() * 36);
      return (
        <g key={cord} stroke={main} fill={main}>
          <path
            d={`M${x1} ${y1}C${x1} ${sag} ${x2} ${sag} ${x2} ${y2}`}
            fill="none"
            strokeWidth="2.6"
            strokeLinecap="round"
          />
          <circle cx={x1} cy={y1} r="4" />
          <circle cx={x2} cy={y2} r="4" />
        </g>
      );
    })}
    <g fill={light}>
      <circle cx="124" cy="128" r="24" opacity="0.14" />
      <circle cx="124" cy="128" r="14" opacity="0.28" />
      <circle cx="124" cy="128" r="6.5" />
    </g>
  </>
);
