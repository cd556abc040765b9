import { instanceOf } from '../client/backend.ts';
import { engineOf } from '../client/engine-of.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import type { ChannelPort } from '../ports.ts';
import { timesOf } from './asking.ts';
import { type AccountChange, changeIn, messageOf } from './changes.ts';
import { createListeners } from './listeners.ts';
import { pathOf } from './media.ts';
import { type Owner, ownerIn } from './owner.ts';
import { createRecent } from './recent.ts';
import type { States } from './states.ts';

export type Memory = ReturnType<typeof createMemory>;

const CARRYING_OVER = 'sessionActive.carryingOver';
const CARRIED_OVER: AccountChange = { ratings: 'carriedOver' };
/** TMDB shows a rating two seconds late, so look again after this, in ms. */
const SHOWN_AFTER = 3_000;

/** Recent changes by the current user, here and in other tabs. They are forgotten when the user changes. */
export function createMemory(auth: TmdbAuth) {
  const recent = createRecent(auth.now);
  const listeners = createListeners<AccountChange>();
  const owner = () => ownerIn(auth.getView())?.key ?? null;
  let lastOwner = owner();
  let channel: ChannelPort | undefined;
  let isLoading = false;

  const apply = (change: AccountChange) => {
    if ('media' in change) {
      const { media, ...states } = change;
      recent.put(pathOf(media), states);
    }
    listeners.tell(change);
  };

  /** Connects to the client's channel, which reaches its other tabs. A lazy client loads its engine for that. */
  const connect = () => {
    if (channel) return;
    try {
      channel = instanceOf(auth.actor.system).settings.channel;
    } catch {
      if (owner() !== null && !isLoading) void engineOf(auth).then(connect, () => {});
      isLoading ||= owner() !== null;
      return;
    }
    channel?.onTold?.((message) => {
      const { owner: key, change } = (message ?? {}) as { owner?: unknown; change?: unknown };
      const known = key === owner() ? changeIn(change) : null;
      if (known) apply(known);
    });
  };

  const announce = (change: AccountChange, key: string | null) => {
    connect();
    if (key === null || key !== owner()) return;
    channel?.tell?.({ owner: key, change: messageOf(change) });
    apply(change);
  };

  /** Runs it unless the client is disposed first. The engine is loaded, as there was a carry-over. */
  const later = (run: () => void) => {
    const { clock } = timesOf(auth);
    const timer = clock.setTimeout(run, SHOWN_AFTER);
    auth.actor.subscribe({ complete: () => clock.clearTimeout(timer) });
  };

  connect();
  let before = auth.getView().carryOver;
  auth.subscribe(({ state, carryOver }) => {
    connect();
    if (carryOver !== before && state !== CARRYING_OVER && carryOver?.carried) {
      const key = owner();
      announce(CARRIED_OVER, key);
      later(() => announce(CARRIED_OVER, key));
    }
    if (state !== CARRYING_OVER) before = carryOver;
    if (lastOwner !== owner()) recent.clear();
    lastOwner = owner();
  });

  return {
    owner,
    /** TMDB has stored a change that was made as this user or guest. */
    announce: (change: AccountChange, as: Owner) => announce(change, as.key),
    /** TMDB's answer, with the changes that it does not show yet. */
    over: (path: string, states: States) => recent.over(path, states),
    /** Forgets a change of unknown outcome, so that TMDB's answer counts again. */
    drop: (path: string, names: string[]) => recent.drop(path, names),
    subscribe: listeners.add,
  };
}
