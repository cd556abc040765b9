import type { SubmitEvent } from 'react';
import { useAccount } from 'tmdb-auth/account/react';
import type { Film } from '../films/films.ts';
import type { useAction } from '../library/use-action.ts';
import { useLibrary } from '../library/use-library.ts';
import { Icon } from '../shared/icon.tsx';
import { submittedName } from '../shared/submitted-name.ts';

interface Props {
  film: Film;
  action: ReturnType<typeof useAction>;
}

/** Adds the film to the user's lists or takes it off, and makes a new list with it. */
export function ListPicker({ film, action: { run } }: Props) {
  const my = useAccount();
  const { lists } = useLibrary();
  const media = { movie: film.id };

  const begin = async (event: SubmitEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    const name = submittedName(event);
    const list = await run(async () => {
      const made = await my.lists.create({ name });
      await my.lists.add(made.id, media);
      return made;
    }, `Added to “${name}”.`);
    if (list !== null) form.reset();
  };

  return (
    <fieldset className="lists">
      <legend>Lists</legend>
      <div className="row">
        {lists.map(({ id, name, isPrivate, films }) => {
          const isOn = films.includes(film.id);
          const done = isOn ? `Taken off “${name}”.` : `Added to “${name}”.`;
          return (
            <button
              key={id}
              type="button"
              className="chip"
              aria-pressed={isOn}
              onClick={() => run(() => my.lists[isOn ? 'remove' : 'add'](id, media), done)}
            >
              {isPrivate && <Icon name="lock" label="Private: " />}
              {name}
            </button>
          );
        })}
      </div>
      <form className="row" onSubmit={begin}>
        <label htmlFor="list-name" className="visually-hidden">
          Name of a new list
        </label>
        <input
          id="list-name"
          name="name"
          placeholder="New list"
          required
          pattern=".*\S.*"
          maxLength={60}
          autoComplete="off"
        />
        <button type="submit" className="button">
          <Icon name="plus" /> Create and add
        </button>
      </form>
    </fieldset>
  );
}
