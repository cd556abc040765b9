import type { States } from './states.ts';

/** How late TMDB shows a change, in ms: two seconds in `account_states`, ten in lists of ratings. */
export const LAG = 10_000;

/** The most items to remember: a user changes fewer in that time. */
const MOST = 500;

type Recent = { [Name in keyof States]?: { value: States[Name]; until: number } };

/**
 * Remembers recent changes, from here and from other tabs, which TMDB does not show yet. `now` is epoch ms; a changed
 * clock costs no more than one old answer.
 */
export function createRecent(now: () => number) {
  const known = new Map<string, Recent>();

  return {
    put(path: string, changed: Partial<States>) {
      const until = now() + LAG;
      const entries = Object.entries(changed).map(([name, value]) => [name, { value, until }]);
      const recent = { ...known.get(path), ...Object.fromEntries(entries) };
      // Moved to the end, so that the oldest is dropped first.
      known.delete(path);
      known.set(path, recent);
      for (const [oldest] of known) if (known.size > MOST) known.delete(oldest);
    },
    /** Forgets these, so that TMDB's answer counts again. */
    drop(path: string, names: string[]) {
      const kept = Object.entries(known.get(path) ?? {}).filter(([name]) => !names.includes(name));
      known.set(path, Object.fromEntries(kept));
    },
    /** The states of an item, as TMDB will show them when it has caught up. */
    over(path: string, loaded: States): States {
      const recent = Object.entries(known.get(path) ?? {}).filter(([, { until }]) => now() < until);
      return { ...loaded, ...Object.fromEntries(recent.map(([name, { value }]) => [name, value])) };
    },
    clear: () => known.clear(),
  };
}
