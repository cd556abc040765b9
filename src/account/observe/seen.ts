import type { AuthStatus, Failure } from '../../../machines/index.ts';

/** How far a question to TMDB is. */
export type Load =
  /** Nothing is known, or what is known may be out of date. */
  | { now: 'unasked' }
  | { now: 'asked' }
  /** Something changed since it was asked: the answer may not have it. */
  | { now: 'outdated' }
  /** Epoch ms of the answer. */
  | { now: 'known'; at: number }
  | { now: 'failed'; failure: Failure };

/** What TMDB has said, to the user or guest who is there. */
export interface Seen<Data> {
  status: AuthStatus;
  data: Data | undefined;
  load: Load;
}

export type LoadEvent<Data> =
  | { type: 'asked' }
  | { type: 'told'; data: Data; at: number }
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

/** What is known after an event. What TMDB does not know any more is not shown any more. */
export function seenAfter<Data>(seen: Seen<Data>, event: LoadEvent<Data>): Seen<Data> {
  switch (event.type) {
    case 'asked':
      return { ...seen, load: { now: 'asked' } };
    case 'told': {
      if (seen.load.now !== 'outdated')
        return { ...seen, data: event.data, load: { now: 'known', at: event.at } };
      // It would take back for a moment what was changed since.
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

/** An answer that a component shows at once when it comes back, but asks for again, is this old. In ms. */
const FRESH = 60_000;

/**
 * Whether to ask TMDB: `first` when a first listener has come, else after a change of who is there or of how it went.
 * What TMDB refused for good is asked again for a new listener only: a refusal may itself change the view.
 */
export function isToBeAsked({ load }: Seen<unknown>, why: 'first' | 'change', now: number): boolean {
  if (load.now === 'failed') return why === 'first' || load.failure.retryable;
  if (load.now === 'known') return why === 'first' && now - load.at > FRESH;
  return load.now === 'unasked';
}
