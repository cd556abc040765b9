import { Icon } from '../shared/icon.tsx';
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
      {shelves.map(({ key, name, isPrivate, films }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed={key === current}
          onClick={() => onPick(key)}
        >
          {isPrivate && <Icon name="lock" label="Private: " />}
          {name} <span className="count">{films.length}</span>
        </button>
      ))}
    </fieldset>
  );
}
