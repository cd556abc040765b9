import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { TimeLeft } from './time-left.tsx';

/** Shows developers the state of the machine. */
export function StateStrip() {
  const state = useTmdbAuthSelector((view) => view.state);
  const code = useTmdbAuthSelector((view) => view.failure?.code);
  return (
    <aside className="strip" aria-label="State of the machine">
      <code>{state}</code>
      {code && <code className="strip-failure">{code}</code>}
      <TimeLeft />
    </aside>
  );
}
