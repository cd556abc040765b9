import type { AuthStatus, Failure } from '../../../machines/index.ts';

/** The progress of loading from TMDB. */
export type Load =
  /** Nothing is known, or the data may be out of date. */
  | { now: 'unasked' }
  | { now: 'asked' }
  /** Something changed after the request: the answer may not contain it. */
  | { now: 'outdated' }
  /** Epoch ms of the answer. */
  | { now: 'known'; at: number }
  | { now: 'failed'; failure: Failure };

/** TMDB's data for the current user or guest. */
export interface Seen<Data> {
  status: AuthStatus;
  data: Data | undefined;
  load: Load;
}

export type LoadEvent<Data> =
  | { type: 'asked' }
  | { type: 'loaded'; data: Data; at: number }
  | { type: 'failed'; failure: Failure }
  | { type: 'doubted' }
  /** Known without asking. */
  | { type: 'edited'; data: Data };

/** Nothing is known yet. `refusal` says why TMDB will never be asked. */
export const unseen = (status: AuthStatus, refusal: Failure | null = null) => ({
  status,
  data: undefined,
  load: (refusal ? { now: 'failed', failure: refusal } : { now: 'unasked' }) as Load,
});

/** The data after an event. Data that TMDB no longer knows is dropped. */
export function seenAfter<Data>(seen: Seen<Data>, event: LoadEvent<Data>): Seen<Data> {
  switch (event.type) {
    case 'asked':
      return { ...seen, load: { now: 'asked' } };
    case 'loaded': {
      if (seen.load.now !== 'outdated')
        return { ...seen, data: event.data, load: { now: 'known', at: event.at } };
      // This answer would take back for a moment the change that came after the request.
      return { ...seen, data: seen.data ?? event.data, load: { now: 'unasked' } };
    }
    case 'failed': {
      const { failure } = event;
      const data = failure.code === 'not_found' ? undefined : seen.data;
      return { ...seen, data, load: { now: 'failed', failure } };
    }
    case 'edited':
      return { ...seen, data: event.data };
    case 'doubted':
      return { ...seen, load: { now: isLoading(seen) ? 'outdated' : 'unasked' } };
  }
}

export const isLoading = ({ load }: Seen<unknown>) => load.now === 'asked' || load.now === 'outdated';

export const failureOf = ({ load }: Seen<unknown>) => (load.now === 'failed' ? load.failure : null);

/** A component that comes back shows an older answer at once, but asks for it again. In ms. */
const FRESH = 60_000;

/**
 * Whether to ask TMDB: `first` for a first listener, else after a change of the user or of a request's outcome. A
 * final refusal is asked again for a new listener only: a refusal may itself change the view.
 */
export function isToBeAsked({ load }: Seen<unknown>, why: 'first' | 'change', now: number): boolean {
  if (load.now === 'failed') return why === 'first' || load.failure.retryable;
  if (load.now === 'known') return why === 'first' && now - load.at > FRESH;
  return load.now === 'unasked';
}
