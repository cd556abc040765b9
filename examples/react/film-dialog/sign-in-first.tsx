import { flushSync } from 'react-dom';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { reasonOf } from '../texts/states.ts';

/** Stands in for the rating form while neither a user nor a guest is signed in. */
export function SignInFirst({ onLeave }: { onLeave(): void }) {
  const reason = useTmdbAuthSelector(reasonOf);
  const leave = () => {
    flushSync(onLeave);
    document.querySelector<HTMLElement>('#session-title')?.focus();
  };
  return (
    <div className="sign-in-first">
      <p>{reason ?? 'Sign in, or continue as a guest, to rate this film.'}</p>
      <button type="button" className="button primary" onClick={leave}>
        Choose how
      </button>
    </div>
  );
}
