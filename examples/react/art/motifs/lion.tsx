import { type Motif, onCircle, range } from '../motif.ts';

const RAYS = 18;
const FOLDS = 14;

/** The stripes of a circus tent, and a lion folded from paper. */
export const lion: Motif = ({ ground, main, light }) => (
  <>
    {range(RAYS).map((ray) => {
      const from = onCircle(100, 128, 260, ray / RAYS);
      const to = onCircle(100, 128, 260, (ray + 0.5) / RAYS);
      return <path key={ray} d={`M100 128L${from}L${to}z`} fill={ground} opacity="0.5" />;
    })}
    {range(FOLDS).map((fold) => {
      const tip = onCircle(100, 128, fold % 2 ? 78 : 70, (fold + 0.5) / FOLDS);
      const left = onCircle(100, 128, 42, fold / FOLDS);
      const right = onCircle(100, 128, 42, (fold + 1) / FOLDS);
      return (
        <g key={fold}>
          <path d={`M100 128L${left}L${tip}L${right}z`} fill={main} />
          <path d={`M100 128L${tip}L${right}z`} fill={ground} opacity="0.28" />
        </g>
      );
    })}
    <path d="M64 104l14-16 22 10 22-10 14 16-6 34-30 30-30-30z" fill={light} />
    <path d="M100 98l22-10 14 16-6 34-30 30z" fill={main} opacity="0.28" />
    <path d="M90 136h20l-10 12z" fill={ground} />
    <path d="M100 148v10" stroke={ground} strokeWidth="2" />
    <path d="M76 116l12 4-10 4zM124 116l-12 4 10 4z" fill={ground} />
  </>
);
