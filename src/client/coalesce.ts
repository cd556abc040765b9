import { macrotask } from '../lib/clock.ts';

/**
 * Makes a listener that coalesces announcements: it looks once for a burst of them, and once more for those that come
 * meanwhile. Where many tabs write at once, each would otherwise read the record once for each other tab.
 */
export function coalesced(look: (how?: 'written') => Promise<void>): (how?: 'written') => void {
  let due: { how: 'written' | undefined } | null = null;
  let looked = Promise.resolve();
  const next = () => {
    const how = due?.how;
    due = null;
    return look(how);
  };
  return (how) => {
    // One announced record in the burst is reason enough to adopt incomplete sessions, too.
    if (due) due.how &&= how;
    else {
      due = { how };
      looked = looked
        .then(macrotask)
        .then(next)
        .catch(() => {});
    }
  };
}
