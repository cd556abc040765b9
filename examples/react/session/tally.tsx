import { useLibrary } from '../library/use-library.ts';
import { Count } from '../shared/count.tsx';

/** The user's ratings, marks and lists in figures. */
export function Tally() {
  const { counts, lists } = useLibrary();
  const tally = [
    ['Rated', counts.rating],
    ['Favourites', counts.favorite],
    ['To watch', counts.watchlist],
    ['Lists', lists.length],
  ] as const;
  return (
    <dl className="tally">
      {tally.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Count count={count} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
