import { type Motif, range } from '../motif.ts';

const arch = (inset: number) => {
  const [left, right, top] = [18 + inset, 182 - inset, 44 + inset * 1.5];
  const radius = (right - left) / 2;
  return `M${left} 300V${top + radius}a${radius} ${radius} 0 0 1 ${radius * 2} 0V300z`;
};

/** Seven doors in a row, and a light in the last. */
export const doors: Motif = ({ sky, ground, main, light }) => (
  <>
    {range(7).map((door) => (
      <path
        key={door}
        d={arch(door * 11)}
        fill={door === 6 ? light : door % 2 ? main : ground}
        opacity={door === 6 ? 1 : 0.55 + door * 0.07}
      />
    ))}
    <path d="M84 300 60 300 93 190h14l33 110z" fill={light} opacity="0.35" />
    <circle cx="100" cy="172" r="5" fill={sky} />
    <path d="M97.5 174h5l2 14h-9z" fill={sky} />
  </>
);
