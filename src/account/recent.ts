import type { States } from './states.ts';

/** TMDB shows a change up to this much later, in ms: two seconds for `account_states`, ten in lists of ratings. */
export const LAG = 10_000;

/** Nobody changes more in that time. */
const MOST = 500;

type Recent = { [Name in keyof States]?: { value: States[Name]; until: number } };

/**
 * What was changed a moment ago, here or in another tab: TMDB does not show it yet. `now` is epoch ms; a clock that is
 * set costs no more than one old answer.
 */
export function createRecent(now: () => number) {
  const known = new Map<string, Recent>();

  return {
    put(path: string, changed: Partial<States>) {
      const until = now() + LAG;
      const entries = Object.entries(changed).map(([name, value]) => [name, { value, until }]);
      const recent = { ...known.get(path), ...Object.fromEntries(entries) };
      // The latest last: the first makes room.
      known.delete(path);
      known.set(path, recent);
      for (const [oldest] of known) if (known.size > MOST) known.delete(oldest);
    },
    /** TMDB is believed again about these. */
    drop(path: string, names: string[]) {
      const kept = Object.entries(known.get(path) ?? {}).filter(([name]) => !names.includes(name));
      known.set(path, Object.fromEntries(kept));
    },
    /** The states of an item, as they are once TMDB has caught up. */
    over(path: string, told: States): States {
      const recent = Object.entries(known.get(path) ?? {}).filter(([, { until }]) => now() < until);
      return { ...told, ...Object.fromEntries(recent.map(([name, { value }]) => [name, value])) };
    },
    clear: () => known.clear(),
  };
}
