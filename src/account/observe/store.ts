import type { AuthStatus } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { accountOf, type MyAccount } from '../account-of.ts';
import type { AccountChange } from '../changes.ts';
import { presenceIn } from '../owner.ts';
import { createWakes } from './wakes.ts';

/** An observed subject, as the store sees it. */
export interface Entry {
  /** It has listeners, or saves something. */
  isInUse(): boolean;
  /** The user has changed. */
  begin(status: AuthStatus): void;
  /** Tells the listeners of changes that are not announced yet. */
  announce(): void;
  /** Asks TMDB if that is due, after a change of the view, or when a network may be back. */
  wake(why: 'change'): void;
  /** The user has changed something, here or in another tab. */
  apply(change: AccountChange): void;
}

/** How long to keep a subject after its last listener went, in ms: a page that comes back shows it at once. */
const KEPT = 5 * 60_000;

const stores = new WeakMap<TmdbAuth, Store>();

export interface Store {
  my: MyAccount;
  now(): number;
  status(): AuthStatus;
  /** Forgets another user's data before any of it is shown. */
  look(): void;
  /** Drops subjects that have had no listener for long. */
  sweep(): void;
  /** Failed loads are tried again when a network may be back. Returns a function that stops it, to be called once. */
  onWake(): () => void;
  find<E extends Entry>(key: string): E | undefined;
  /** The entry of that key, made if there is none. */
  keep<E extends Entry>(key: string, make: (store: Store) => E): E;
}

/** All observed subjects of a client's account. The same store for the same client. */
export function storeOf(auth: TmdbAuth): Store {
  const known = stores.get(auth);
  if (known) return known;
  const store = createStore(auth);
  stores.set(auth, store);
  return store;
}

function createStore(auth: TmdbAuth): Store {
  const my = accountOf(auth);
  const entries = new Map<string, { entry: Entry; usedAt: number }>();
  let presence = presenceIn(auth.getView());

  const sweep = () => {
    for (const [key, kept] of entries) {
      if (kept.entry.isInUse()) kept.usedAt = auth.now();
      else if (auth.now() - kept.usedAt >= KEPT) entries.delete(key);
    }
  };

  const look = () => {
    const next = presenceIn(auth.getView());
    if (next.key === presence.key && next.status === presence.status) return;
    presence = next;
    for (const { entry } of entries.values()) entry.begin(next.status);
  };

  const wakeAll = () => {
    for (const { entry } of [...entries.values()]) entry.wake('change');
  };
  const wakes = createWakes(auth, wakeAll);

  auth.subscribe(() => {
    look();
    wakes.connect();
    for (const { entry } of [...entries.values()]) entry.announce();
    wakeAll();
  });
  my.subscribe((change) => {
    look();
    for (const { entry } of [...entries.values()]) entry.apply(change);
  });

  const find = <E extends Entry>(key: string) => entries.get(key)?.entry as E | undefined;

  return {
    my,
    now: auth.now,
    status: () => presence.status,
    look,
    sweep,
    onWake: wakes.onWake,
    find,
    keep<E extends Entry>(key: string, make: (store: Store) => E): E {
      look();
      sweep();
      const entry = find<E>(key) ?? make(this);
      entries.set(key, { entry, usedAt: auth.now() });
      return entry;
    },
  };
}
