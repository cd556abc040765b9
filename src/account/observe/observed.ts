import type { AuthStatus } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { isSame } from '../../lib/is-same.ts';
import { createListeners } from '../listeners.ts';
import { isToBeAsked, type LoadEvent, type Seen } from './seen.ts';

/** A subject to observe: its first model, how events change that, how it is shown, and how to load it. */
export interface Subject<Model extends Seen<Data>, Data, Event, Shown> {
  initial(status: AuthStatus): Model;
  after(model: Model, event: Event | LoadEvent<Data>): Model;
  shownOf(model: Model): Shown;
  /** Whether there is something to ask TMDB for a user of that status. */
  isFor(status: AuthStatus): boolean;
  ask(model: Model): Promise<Data>;
}

/** All that is known for one user or guest. Requests of the previous one have no effect any more. */
interface Era<Model> {
  model: Model;
  loading: Promise<void> | null;
}

/** Observes one subject for a client. `now` is epoch ms. */
export function createObserved<Model extends Seen<Data>, Data, Event, Shown>(
  { initial, after, shownOf, isFor, ask }: Subject<Model, Data, Event, Shown>,
  status: AuthStatus,
  now: () => number,
) {
  const listeners = createListeners();
  let era: Era<Model> = { model: initial(status), loading: null };
  let shown = shownOf(era.model);
  let announced = shown;
  let isSubscribing = false;

  const show = () => {
    const next = shownOf(era.model);
    if (!isSame(next, shown)) shown = next;
  };
  const announce = () => {
    if (isSubscribing || announced === shown) return;
    announced = shown;
    listeners.tell();
  };
  const send = (event: Event | LoadEvent<Data>, as = era) => {
    if (as !== era) return;
    era.model = after(era.model, event);
    show();
    announce();
  };

  const askAs = async (mine: Era<Model>) => {
    send({ type: 'asked' });
    try {
      const data = await ask(mine.model);
      send({ type: 'loaded', data, at: now() }, mine);
    } catch (error) {
      send({ type: 'failed', failure: failureIn(error) }, mine);
    }
    mine.loading = null;
    if (mine === era && mine.model.load.now === 'unasked') wake('change');
  };
  const load = (): Promise<void> => {
    if (!isFor(era.model.status)) return Promise.resolve();
    era.loading ??= askAs(era);
    return era.loading;
  };

  /** Asks TMDB if that is due, and a component shows the answer. */
  const wake = (why: 'first' | 'change') => {
    if (listeners.count() > 0 && isToBeAsked(era.model, why, now())) void load();
  };

  return {
    shown: () => shown,
    model: () => era.model,
    send: (event: Event | LoadEvent<Data>) => send(event),
    load,
    wake,
    announce,
    isInUse: () => listeners.count() > 0,
    /** The user has changed. `announce` tells the listeners later: this may run while a framework renders. */
    begin(next: AuthStatus) {
      era = { model: initial(next), loading: null };
      show();
    },
    subscribe(listener: () => void) {
      const isFirst = listeners.count() === 0;
      const stop = listeners.add(listener);
      if (!isFirst) return stop;
      isSubscribing = true;
      wake('first');
      isSubscribing = false;
      // The caller has the function that stops it before its listener is called.
      void Promise.resolve().then(announce);
      return stop;
    },
  };
}

export const failureIn = (error: unknown) =>
  (TmdbAuthError.is(error) ? error : new TmdbAuthError('unexpected')).failure;
