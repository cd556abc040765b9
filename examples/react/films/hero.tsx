import { Poster } from '../art/poster.tsx';
import type { Film } from './films.ts';

interface Props {
  film: Film;
  onOpen(film: Film): void;
}

/** The featured film, with a wide picture. */
export function Hero({ film, onOpen }: Props) {
  return (
    <section className="hero" style={{ '--sky': film.inks.sky }} aria-labelledby="hero-title">
      <Poster film={film} className="hero-art" />
      <div className="hero-words">
        <p className="eyebrow">Tonight</p>
        <h1 id="hero-title">{film.title}</h1>
        <p>{film.overview}</p>
        <p className="meta">
          {film.year} · {film.genre}
        </p>
        <button type="button" className="button on-art" onClick={() => onOpen(film)}>
          See the film
        </button>
      </div>
    </section>
  );
}
