import type { Film } from '../films/films.ts';
import { statesOf } from '../library/library.ts';
import { useLibrary } from '../library/library-context.ts';
import type { useAction } from '../library/use-action.ts';
import { Icon } from '../shared/icon.tsx';

interface Props {
  film: Film;
  action: ReturnType<typeof useAction>;
}

const MARKS = [
  {
    as: 'favourite',
    icon: 'heart',
    name: 'Favourite',
    on: 'Now a favourite.',
    off: 'No longer a favourite.',
  },
  {
    as: 'watchlist',
    icon: 'bookmark',
    name: 'Watchlist',
    on: 'On your watchlist.',
    off: 'Off your watchlist.',
  },
] as const;

export function MarkButtons({ film, action: { run } }: Props) {
  const { library, mark } = useLibrary();
  const states = statesOf(library, film.id);
  return (
    <div className="row">
      {MARKS.map(({ as, icon, name, on, off }) => (
        <button
          key={as}
          type="button"
          className="button toggle"
          aria-pressed={states[as]}
          onClick={() => run(() => mark(film.id, as, !states[as]), states[as] ? off : on)}
        >
          <Icon name={icon} /> {name}
        </button>
      ))}
    </div>
  );
}
