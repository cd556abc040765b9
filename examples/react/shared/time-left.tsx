import { useTimeLeft } from 'tmdb-auth/react';
import { clockFace } from '../texts/duration.ts';

/** How long the present state lasts; nothing where it has no end. Renders by itself every second. */
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
