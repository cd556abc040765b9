import { useLibrary } from '../library/library-context.ts';

/** How much there is of everything. */
export function Tally() {
  const { library } = useLibrary();
  const films = Object.values(library.films);
  const counts = [
    ['Rated', films.filter(({ rating }) => rating != null).length],
    ['Favourites', films.filter(({ favourite }) => favourite).length],
    ['To watch', films.filter(({ watchlist }) => watchlist).length],
    ['Lists', library.lists.length],
  ] as const;
  return (
    <dl className="tally">
      {counts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}
