import { useTmdbAuth } from 'tmdb-auth/react';
import { Choices } from './choices.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';
import { SignInButton } from './sign-in-button.tsx';

export function SignedOutPanel() {
  const { can, retry, loginAsGuest } = useTmdbAuth();
  return (
    <>
      <Reason>
        <p className="quiet">
          Rate films, keep favourites and make lists with your TMDB account. This app never sees your
          password.
        </p>
      </Reason>
      {can.retry && (
        <button type="button" className="button" onClick={() => quietly(retry())}>
          Try again
        </button>
      )}
      <SignInButton />
      <button type="button" className="button" onClick={() => quietly(loginAsGuest())}>
        Continue as a guest
      </button>
      <Choices />
    </>
  );
}
