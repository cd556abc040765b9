import { useLibrary } from '../library/use-library.ts';

/** How much there is of everything. */
export function Tally() {
  const { films: states, lists } = useLibrary();
  const films = [...states.values()];
  const counts = [
    ['Rated', films.filter(({ rating }) => rating != null).length],
    ['Favourites', films.filter(({ favorite }) => favorite).length],
    ['To watch', films.filter(({ watchlist }) => watchlist).length],
    ['Lists', lists.length],
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
