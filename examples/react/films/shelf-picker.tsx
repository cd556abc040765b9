import type { Shelf } from './shelves.ts';

interface Props {
  shelves: readonly Shelf[];
  current: string;
  onPick(key: string): void;
}

export function ShelfPicker({ shelves, current, onPick }: Props) {
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">Show</legend>
      {shelves.map(({ key, name, films }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed={key === current}
          onClick={() => onPick(key)}
        >
          {name} <span className="count">{films.length}</span>
        </button>
      ))}
    </fieldset>
  );
}
