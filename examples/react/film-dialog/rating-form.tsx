import { type SubmitEvent, useState } from 'react';
import { useAccountState } from 'tmdb-auth/account/react';
import type { Film } from '../films/films.ts';
import type { useAction } from '../library/use-action.ts';
import { Icon } from '../shared/icon.tsx';

interface Props {
  film: Film;
  action: ReturnType<typeof useAction>;
}

const LOWEST = 0.5;
const HIGHEST = 10;
const START = 7;

/** TMDB takes 0.5 to 10 in steps of a half. */
export function RatingForm({ film, action: { run, isBusy } }: Props) {
  const { rating = null, rate, unrate } = useAccountState({ movie: film.id });
  const [chosen, setChosen] = useState<number | null>(null);
  const value = chosen ?? rating ?? START;

  const save = (event: SubmitEvent) => {
    event.preventDefault();
    void run(() => rate(value), `Rated ${value} out of ${HIGHEST}.`);
  };
  const remove = async () => {
    await run(unrate, 'Your rating is removed.');
    setChosen(null);
  };

  return (
    <form className="rating" onSubmit={save} aria-busy={isBusy}>
      <label htmlFor="rating">Your rating</label>
      <output htmlFor="rating" className="rating-value">
        {value}
        <span> / {HIGHEST}</span>
      </output>
      <input
        id="rating"
        type="range"
        min={LOWEST}
        max={HIGHEST}
        step={0.5}
        value={value}
        style={{ '--filled': `${((value - LOWEST) / (HIGHEST - LOWEST)) * 100}%` }}
        onChange={(event) => setChosen(event.target.valueAsNumber)}
      />
      <div className="row">
        <button type="submit" className="button primary">
          <Icon name="star" /> {rating === null ? 'Rate' : 'Change rating'}
        </button>
        {rating !== null && (
          <button type="button" className="button" onClick={remove}>
            Remove
          </button>
        )}
      </div>
    </form>
  );
}
