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
      <Reason />
      {can.retry && (
        <button type="button" className="button" onClick={() => quietly(retry())}>
          Try again
        </button>
      )}
      <p className="quiet">
        {guest?.used
          ? 'Your ratings stay for the rest of this visit.'
          : 'You can rate films. Rate one within the hour and your visit lasts a day.'}
      </p>
      <p className="big-time">
        <TimeLeft label={guest?.used ? 'Your visit ends in' : 'Time to rate something'} />
      </p>
      <p className="quiet">Favourites, a watchlist and lists come with a TMDB account.</p>
      <SignInButton />
      <button type="button" className="button" onClick={() => quietly(logout())}>
        Leave
      </button>
      <Choices />
    </>
  );
}
