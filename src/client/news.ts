import { macrotask } from '../lib/macrotask.ts';

/**
 * What a channel calls: one look for a burst of messages, and one more for those that come meanwhile. Where many tabs
 * write at once, each would otherwise read the record once for each of the others.
 */
export function gathering(look: (how?: 'written') => Promise<unknown>): (how?: 'written') => void {
  let due: 'written' | 'announced' | null = null;
  let isLooking = false;

  const lookAtAll = async () => {
    isLooking = true;
    while (due) {
      await macrotask();
      const how = due === 'written' ? due : undefined;
      due = null;
      await look(how);
    }
    isLooking = false;
  };

  return (how) => {
    due = how && due !== 'announced' ? how : 'announced';
    if (!isLooking) void lookAtAll();
  };
}
