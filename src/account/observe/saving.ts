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

/** A loop that saves the wishes for one name, and the promises that wait for it. */
interface Run {
  /** Promises for the value that is being sent to TMDB. */
  sent: Waiter[];
  /** Promises for the value after that. */
  next: Waiter[];
}

/**
 * Saves one user's wishes for one item: one request at a time for each name, and of quick clicks only the last. A
 * promise settles with the request that sent its value, or a later one.
 */
export function createSaving({ my, media, model, send }: SavingDependencies) {
  const runs = new Map<Name, Run>();
  let hasEnded = false;

  const saveAll = async (name: Name, run: Run) => {
    for (;;) {
      const [wish] = model().wishes[name];
      if (wish === undefined) break;
      const error: unknown = await write(my, media, name, wish).then(
        () => null,
        (reason) => reason,
      );
      if (hasEnded) return;
      const isLast = model().wishes[name].length === 1;
      const settled = isLast ? [...run.sent, ...run.next] : run.sent;
      run.sent = isLast ? [] : run.next;
      run.next = [];
      // A listener may make another wish at once: this loop sends that, too.
      send(error ? { type: 'refused', name, failure: failureIn(error) } : { type: 'stored', name });
      for (const { resolve, reject } of settled) error ? reject(error) : resolve();
      if (hasEnded) return;
    }
    runs.delete(name);
  };

  return {
    save(name: Name, value: Value): Promise<void> {
      const running = runs.get(name);
      const run = running ?? { sent: [], next: [] };
      runs.set(name, run);
      const waiters = model().wishes[name].length === 0 ? run.sent : run.next;
      const done = new Promise<void>((resolve, reject) => {
        waiters.push({ resolve, reject });
      });
      send({ type: 'wished', name, value });
      if (!running) void saveAll(name, run);
      return done;
    },
    /** The user has changed. */
    end(why: unknown) {
      hasEnded = true;
      for (const { sent, next } of runs.values()) for (const { reject } of [...sent, ...next]) reject(why);
    },
  };
}

/** Stores the value at TMDB. */
export function write(my: MyAccount, media: Rateable, name: Name, value: Value): Promise<void> {
  if (name !== 'rating') return my[name](media as Media, value as boolean);
  return value === null ? my.unrate(media) : my.rate(media, value as number);
}
