import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { hash } from '../../lib/hash.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { keptIn } from './kept.ts';

const KEY = 'spent.tmdb-auth';
/** The hash of the request token that was spent last on this origin. */
const spent = keptIn('localStorage', KEY);

/** TMDB has answered this token for good. */
export const markSpent = (requestToken: string) => void spent.write(hash(requestToken));

/**
 * A copy of a tab has a copy of its `sessionStorage`, with the token that waits for its approval. TMDB does not tell a
 * token that was spent from one that is not approved yet, so the tabs tell each other. Returns the way to stop.
 */
export function watchCopies(auth: TmdbAuth, onSpent: () => void): () => void {
  let pending: string | null = null;
  const look = () => {
    const { approvalUrl } = auth;
    const { state, status } = auth.getView();
    if (approvalUrl) {
      pending = tokenOfApproval(approvalUrl);
      if (spent.read() === hash(pending)) onSpent();
    } else if (pending && (status === 'user' || state === 'idle.approvalDenied')) {
      markSpent(pending);
      pending = null;
    }
  };
  const onStorage = ({ key }: StorageEvent) => {
    if (key === KEY) look();
  };
  const stop = auth.subscribe(look);
  window.addEventListener('storage', onStorage);
  window.addEventListener('pageshow', look);
  return () => {
    stop();
    window.removeEventListener('storage', onStorage);
    window.removeEventListener('pageshow', look);
  };
}
