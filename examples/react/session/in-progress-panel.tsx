import { useTmdbAuth } from 'tmdb-auth/react';
import { quietly } from './quietly.ts';

/** Shown while a request to TMDB runs, usually for a moment. */
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
