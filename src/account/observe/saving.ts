import type { MyAccount } from '../account-of.ts';
import type { Media, Rateable } from '../media.ts';
import type { Item, ItemEvent, Name, Value } from './item.ts';
import { failureIn } from './observed.ts';

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

interface SavingDependencies {
  my: MyAccount;
  media: Rateable;
  model(): Item;
  send(event: ItemEvent): void;
}

/**
 * Saves the wishes of one user about one item: one request at a time for each name, and of quick clicks only the last.
 * A promise settles as the request does that its value, or a later one, went out with.
 */
export function createSaving({ my, media, model, send }: SavingDependencies) {
  const waiting: Record<Name, Waiter[]> = { rating: [], favorite: [], watchlist: [] };
  let isOver = false;

  const saveAll = async (name: Name) => {
    for (;;) {
      const [wish] = model().wishes[name];
      if (isOver || wish === undefined) return;
      const count = waiting[name].length;
      const error: unknown = await write(my, media, name, wish).then(
        () => null,
        (reason) => reason,
      );
      if (isOver) return;
      send(error ? { type: 'refused', name, failure: failureIn(error) } : { type: 'stored', name });
      const isLast = model().wishes[name].length === 0;
      for (const { resolve, reject } of waiting[name].splice(0, isLast ? waiting[name].length : count))
        error ? reject(error) : resolve();
    }
  };

  return {
    save(name: Name, value: Value): Promise<void> {
      const isIdle = model().wishes[name].length === 0;
      const done = new Promise<void>((resolve, reject) => {
        waiting[name].push({ resolve, reject });
      });
      send({ type: 'wished', name, value });
      if (isIdle) void saveAll(name);
      return done;
    },
    /** Another user has come. */
    end(why: unknown) {
      isOver = true;
      for (const { reject } of Object.values(waiting).flatMap((waiters) => waiters.splice(0))) reject(why);
    },
  };
}

/** Asks TMDB to store it. */
export function write(my: MyAccount, media: Rateable, name: Name, value: Value): Promise<void> {
  if (name !== 'rating') return my[name](media as Media, value as boolean);
  return value === null ? my.unrate(media) : my.rate(media, value as number);
}
