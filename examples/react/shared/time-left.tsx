import { useTimeLeft } from 'tmdb-auth/react';
import { clockFace } from '../texts/duration.ts';

/** The time until the current state ends, or nothing if it has no end. Renders every second. */
export function TimeLeft({ label }: { label?: string }) {
  const left = useTimeLeft();
  if (left === null) return null;
  return (
    <span className="time-left">
      {label && <span>{label} </span>}
      <time dateTime={`PT${Math.ceil(left / 1_000)}S`}>{clockFace(left)}</time>
    </span>
  );
}
