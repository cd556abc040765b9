import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { Poster } from '../art/poster.tsx';
import { isRealTmdb } from '../auth.ts';
import type { Film } from '../films/films.ts';
import { useAction } from '../library/use-action.ts';
import { Dialog } from '../shared/dialog.tsx';
import { Outcome } from '../shared/outcome.tsx';
import { ListPicker } from './list-picker.tsx';
import { MarkButtons } from './mark-buttons.tsx';
import { RatingForm } from './rating-form.tsx';
import { SignInFirst } from './sign-in-first.tsx';

interface Props {
  film: Film;
  onClose(): void;
}

/** One film, with what the user or the guest can do with it. */
export function FilmDialog({ film, onClose }: Props) {
  const status = useTmdbAuthSelector((view) => view.status);
  const canRate = status === 'user' || status === 'guest';
  const action = useAction();
  return (
    <Dialog label={film.title} className="film-dialog" onClose={onClose}>
      <div className="film-dialog-art">
        <Poster film={film} />
      </div>
      <div className="film-dialog-words">
        <h2>{film.title}</h2>
        <p className="meta">
          {film.year} · {film.genre}
        </p>
        <p>{film.overview}</p>
        {isRealTmdb && (
          <p className="fine">
            <a href={`https://www.themoviedb.org/movie/${film.id}`} target="_blank" rel="noreferrer">
              Film {film.id} on TMDB
            </a>
          </p>
        )}
        {canRate ? <RatingForm film={film} action={action} /> : <SignInFirst onLeave={onClose} />}
        {status === 'user' && <MarkButtons film={film} action={action} />}
        {status === 'user' && <ListPicker film={film} action={action} />}
        {status === 'guest' && (
          <p className="quiet">Sign in to mark favourites, keep a watchlist and make lists.</p>
        )}
        <Outcome outcome={canRate ? action.outcome : null} />
      </div>
    </Dialog>
  );
}
