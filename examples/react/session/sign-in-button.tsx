import { useTmdbAuth } from 'tmdb-auth/react';
import { quietly } from './quietly.ts';

/** Asks for the request token on hover or focus, so that the click opens TMDB at once. */
export function SignInButton() {
  const { login, prepare } = useTmdbAuth();
  const ahead = () => quietly(prepare());
  return (
    <button
      type="button"
      className="button primary"
      onPointerEnter={ahead}
      onFocus={ahead}
      onClick={() => quietly(login())}
    >
      Sign in with TMDB
    </button>
  );
}
