import { useAccountState } from 'tmdb-auth/account/react';
import type { Film } from '../films/films.ts';
import type { useAction } from '../library/use-action.ts';
import { Icon } from '../shared/icon.tsx';

interface Props {
  film: Film;
  action: ReturnType<typeof useAction>;
}

/** Both marks show at once, and are taken back if TMDB refuses. */
export function MarkButtons({ film, action: { run } }: Props) {
  const {
    favorite = false,
    watchlist = false,
    setFavorite,
    setWatchlist,
  } = useAccountState({ movie: film.id });
  const toggleFavorite = () =>
    run(() => setFavorite(!favorite), favorite ? 'No longer a favourite.' : 'Now a favourite.');
  const toggleWatchlist = () =>
    run(() => setWatchlist(!watchlist), watchlist ? 'Off your watchlist.' : 'On your watchlist.');

  return (
    <div className="row">
      <button type="button" className="button toggle" aria-pressed={favorite} onClick={toggleFavorite}>
        <Icon name="heart" /> Favourite
      </button>
      <button type="button" className="button toggle" aria-pressed={watchlist} onClick={toggleWatchlist}>
        <Icon name="bookmark" /> Watchlist
      </button>
    </div>
  );
}
