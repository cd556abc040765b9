import { useTmdbAuth } from 'tmdb-auth/react';
import { CARRYING_OVER, outcomeOf } from '../texts/carry-over.ts';
import { reasonOf } from '../texts/states.ts';
import { KeepingProgress } from './keeping-progress.tsx';
import { quietly } from './quietly.ts';

/** Offers to copy the ratings of the guest visit to the account, and says how that went. */
export function KeepRatings() {
  const { state, guest, carryOver, failure, carryOverGuestRatings, cancel } = useTmdbAuth();
  const outcome = outcomeOf({ state, carryOver });
  const reason = reasonOf({ failure });
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
      {carryOver && reason && <p>{reason}</p>}
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
