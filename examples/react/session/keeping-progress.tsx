import type { CarryOver } from 'tmdb-auth';
import { doneOf } from '../texts/carry-over.ts';

/** Progress of the carry-over; indeterminate while the ratings are counted. */
export function KeepingProgress({ carryOver }: { carryOver: CarryOver | null }) {
  if (carryOver?.total == null) {
    return (
      <label className="keeping">
        Looking for your ratings
        <progress />
      </label>
    );
  }
  const done = doneOf(carryOver);
  return (
    <label className="keeping">
      {done} of {carryOver.total}
      <progress value={done} max={carryOver.total} />
    </label>
  );
}
