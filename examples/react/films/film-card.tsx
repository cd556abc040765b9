import { useAccountState } from 'tmdb-auth/account/react';
import { Poster } from '../art/poster.tsx';
import { Icon } from '../shared/icon.tsx';
import type { Film } from './films.ts';

interface Props {
  film: Film;
  onOpen(film: Film): void;
}

export function FilmCard({ film, onOpen }: Props) {
  const { rating, favorite, watchlist } = useAccountState({ movie: film.id });
  return (
    <li>
      <button type="button" className="film-card" onClick={() => onOpen(film)}>
        <span className="film-poster">
          <Poster film={film} />
          <span className="film-title">{film.title}</span>
          <span className="film-marks">
            {rating != null && (
              <span className="badge">
                <span className="visually-hidden">, your rating </span>
                <Icon name="star" /> {rating}
              </span>
            )}
            {favorite && <Icon name="heart" label=", a favourite" className="badge" />}
            {watchlist && <Icon name="bookmark" label=", on your watchlist" className="badge" />}
          </span>
        </span>
        <span className="meta">
          <span className="visually-hidden">, </span>
          {film.year} · {film.genre}
        </span>
      </button>
    </li>
  );
}
