import { Count } from '../shared/count.tsx';
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
      {shelves.map(({ key, name, isPrivate, count }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed={key === current}
          onClick={() => onPick(key)}
        >
          {isPrivate && <Icon name="lock" label="Private: " />}
          {name}{' '}
          <span className="count">
            <Count count={count} />
          </span>
        </button>
      ))}
    </fieldset>
  );
}
