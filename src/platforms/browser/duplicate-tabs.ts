import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { hash } from '../../lib/hash.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { storedText } from './stored-text.ts';

const KEY = 'spent.tmdb-auth';
/** Hash of the request token that was spent last on this origin. */
const spent = storedText('localStorage', KEY);

/** Marks a token with which no sign-in can continue. */
export const markSpent = (requestToken: string) => void spent.write(hash(requestToken));

/**
 * A duplicated tab has a copy of the `sessionStorage`, with the token that waits for approval. TMDB gives the same
 * answer for a spent token and for one that is not approved yet, so the tabs inform each other. Returns a function
 * that stops it.
 */
export function watchDuplicates(auth: TmdbAuth, onSpent: () => void): () => void {
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
