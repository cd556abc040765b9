import { flushSync } from 'react-dom';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { reasonOf } from '../texts/states.ts';

/** In the place of everything one can do only as somebody. */
export function NobodyHere({ onLeave }: { onLeave(): void }) {
  const reason = useTmdbAuthSelector(reasonOf);
  const leave = () => {
    flushSync(onLeave);
    document.querySelector<HTMLElement>('#session-title')?.focus();
  };
  return (
    <div className="nobody">
      <p>{reason ?? 'Sign in, or continue as a guest, to rate this film.'}</p>
      <button type="button" className="button primary" onClick={leave}>
        Choose how
      </button>
    </div>
  );
}
