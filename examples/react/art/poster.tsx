import { useId } from 'react';
import type { Film } from '../films/films.ts';
import { MOTIFS } from './motifs/index.ts';
import { seeded } from './seeded.ts';

/** A drawn poster of 200 by 300 units. Its lower quarter leaves room for a title. Decoration only. */
export function Poster({ film, className }: { film: Film; className?: string }) {
  const id = useId();
  const { sky, ground } = film.inks;
  return (
    <svg
      className={className}
      viewBox="0 0 200 300"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id={id} x2="0" y2="1">
          <stop stopColor={sky} />
          <stop offset="1" stopColor={ground} />
        </linearGradient>
      </defs>
      <rect width="200" height="300" fill={`url(#${id})`} />
      {MOTIFS[film.motif](film.inks, seeded(film.title))}
    </svg>
  );
}
