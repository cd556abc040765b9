import { type Motif, range, round } from '../motif.ts';

const CANOPY = 'M-19 0a19 19 0 0 1 38 0q-4.75-5-9.5 0-4.75-5-9.5 0-4.75-5-9.5 0-4.75-5-9.5 0z';

/** Umbrellas to the horizon, one of them red. */
export const umbrellas: Motif = ({ sky, main, light }, random) => (
  <>
    {range(60).map((drop) => {
      const [x, y] = [round(random() * 210), round(random() * 290)];
      return <path key={drop} d={`M${x} ${y}l-3 10`} stroke="#fff" strokeWidth="0.8" opacity="0.28" />;
    })}
    {range(7).flatMap((row) =>
      range(6).map((column) => {
        const x = column * 42 - (row % 2 ? 5 : 26);
        const isRed = row === 3 && column === 2;
        const lean = round((random() - 0.5) * 30);
        const pale = random() > 0.7;
        return (
          <g
            key={`${row}-${column}`}
            transform={`translate(${x} ${34 + row * 36}) rotate(${isRed ? 0 : lean})`}
          >
            <path
              d="M0 -2V16q0 4 4 4t4-3"
              fill="none"
              stroke={isRed ? light : main}
              strokeWidth="1.6"
              strokeLinecap="round"
            />
            <path
              d={CANOPY}
              fill={isRed ? light : pale ? '#d6e4ee' : main}
              opacity={isRed || pale ? 1 : 0.9}
            />
            <path d="M0 -19V-23" stroke={isRed ? light : sky} strokeWidth="1.6" />
          </g>
        );
      }),
    )}
  </>
);
