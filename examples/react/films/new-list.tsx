import { type SubmitEvent, useState } from 'react';
import { useAccount } from 'tmdb-auth/account/react';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { useAction } from '../library/use-action.ts';
import { Dialog } from '../shared/dialog.tsx';
import { Icon } from '../shared/icon.tsx';
import { Outcome } from '../shared/outcome.tsx';
import { submittedName } from '../shared/submitted-name.ts';

/** A button that opens a dialog for the new list's name. */
export function NewList({ onCreated }: { onCreated(id: number): void }) {
  const my = useAccount();
  const hasV4 = useTmdbAuthSelector(({ account }) => account?.objectId != null);
  const [isOpen, setIsOpen] = useState(false);
  const { run, outcome, isBusy } = useAction();

  const create = async (event: SubmitEvent<HTMLFormElement>) => {
    const isPrivate = new FormData(event.currentTarget).has('private');
    const name = submittedName(event);
    const list = await run(() => my.lists.create({ name, public: !isPrivate }), 'The list is created.');
    if (list === null) return;
    setIsOpen(false);
    onCreated(list.id);
  };

  return (
    <>
      <button type="button" className="chip new" onClick={() => setIsOpen(true)}>
        <Icon name="plus" /> New list
      </button>
      {isOpen && (
        <Dialog label="New list" onClose={() => setIsOpen(false)}>
          <form className="form" onSubmit={create} aria-busy={isBusy}>
            <h2>New list</h2>
            <label htmlFor="new-list-name">Name</label>
            <input
              id="new-list-name"
              name="name"
              required
              pattern=".*\S.*"
              maxLength={60}
              autoComplete="off"
            />
            {hasV4 && (
              <label className="check">
                <input type="checkbox" name="private" /> Private
              </label>
            )}
            <button type="submit" className="button primary">
              Create the list
            </button>
            <Outcome outcome={outcome} />
          </form>
        </Dialog>
      )}
    </>
  );
}
