import { useTmdbAuth } from 'tmdb-auth/react';
import { quietly } from './quietly.ts';

/** TMDB is being asked: a moment, usually. */
export function InProgressPanel() {
  const { can, cancel } = useTmdbAuth();
  return (
    <>
      <p className="progress" aria-hidden="true" />
      {can.cancel && (
        <button type="button" className="button" onClick={() => quietly(cancel())}>
          Cancel
        </button>
      )}
    </>
  );
}
