import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { reasonOf } from '../texts/states.ts';

/** Why the last thing did not work. */
export function Reason() {
  const reason = useTmdbAuthSelector(reasonOf);
  return reason && <p className="reason">{reason}</p>;
}
