import { type Motif, range } from '../motif.ts';

/** Curtains, a cone of light, and a small figure in it. */
export const spotlight: Motif = ({ sky, ground, main, light }) => (
  <>
    {range(10).map((fold) => (
      <path
        key={fold}
        d={`M${fold * 20} 0q14 110 2 236h18q10-120 0-236z`}
        fill={fold % 2 ? main : sky}
        opacity="0.85"
      />
    ))}
    <path
      d="M0 0h200v34q-12 14-25 0-12 14-25 0-12 14-25 0-12 14-25 0-12 14-25 0-12 14-25 0-12 14-25 0-12 14-25 0z"
      fill={main}
    />
    <path
      d="M0 34q12 14 25 0 12 14 25 0 12 14 25 0 12 14 25 0 12 14 25 0 12 14 25 0 12 14 25 0 12 14 25 0"
      fill="none"
      stroke={light}
      strokeWidth="1.6"
      opacity="0.6"
    />
    <path d="M0 214h200v86H0z" fill={ground} />
    <path d="M150 0h18L154 226H46z" fill={light} opacity="0.3" />
    <ellipse cx="100" cy="226" rx="56" ry="11" fill={light} opacity="0.9" />
    <g fill={ground}>
      <circle cx="100" cy="146" r="9.5" />
      <path d="M91 158h18l4 26-4 4 9 36H82l9-36-4-4z" />
      <path d="M90 160 70 184l4 3 18-18zM110 160l24-8-1-5-24 6z" />
    </g>
  </>
);
