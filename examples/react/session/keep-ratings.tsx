import { useTmdbAuth } from 'tmdb-auth/react';
import { CARRYING_OVER, outcomeOf } from '../texts/carry-over.ts';
import { KeepingProgress } from './keeping-progress.tsx';
import { quietly } from './quietly.ts';

/** What the user rated as a guest before they signed in can become theirs. */
export function KeepRatings() {
  const { state, guest, carryOver, failure, carryOverGuestRatings, cancel } = useTmdbAuth();
  const outcome = outcomeOf({ state, carryOver });
  const wasStopped = failure?.code === 'cancelled';

  if (state === CARRYING_OVER) {
    return (
      <div className="keep">
        <KeepingProgress carryOver={carryOver} />
        <button key="cancel" type="button" className="button" onClick={() => quietly(cancel())}>
          Cancel
        </button>
      </div>
    );
  }
  if (!guest?.used) return outcome && <p className="keep">{outcome}</p>;
  return (
    <div className="keep">
      <p>{outcome ?? 'You rated films as a guest. Keep those ratings?'}</p>
      <button
        key="keep"
        type="button"
        className="button primary"
        onClick={() => quietly(carryOverGuestRatings())}
      >
        {!carryOver ? 'Keep my ratings' : wasStopped ? 'Go on' : 'Try again'}
      </button>
    </div>
  );
}
