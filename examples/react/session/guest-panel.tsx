import { useTmdbAuth } from 'tmdb-auth/react';
import { TimeLeft } from '../shared/time-left.tsx';
import { Choices } from './choices.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';
import { SignInButton } from './sign-in-button.tsx';

export function GuestPanel() {
  const { can, guest, retry, logout } = useTmdbAuth();
  return (
    <>
      <Reason>
        <p className="quiet">
          {guest?.used
            ? 'Your ratings stay for the rest of this visit.'
            : 'Rate a film within the hour and your visit lasts a day.'}{' '}
          Sign in for favourites, a watchlist and lists.
        </p>
      </Reason>
      <p className="big-time">
        <TimeLeft label={guest?.used ? 'Your visit ends in' : 'Time to rate a film'} />
      </p>
      <SignInButton />
      <div className="side-by-side">
        {can.retry && (
          <button type="button" className="button" onClick={() => quietly(retry())}>
            Try again
          </button>
        )}
        <button type="button" className="button" onClick={() => quietly(logout())}>
          Leave
        </button>
      </div>
      <Choices />
    </>
  );
}
