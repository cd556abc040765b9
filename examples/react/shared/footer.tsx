import { isRealTmdb } from '../auth.ts';

export function Footer() {
  return (
    <footer className="footer">
      <p>This product uses the TMDB API but is not endorsed or certified by TMDB.</p>
      <p>
        All films and pictures here are made up.
        {isRealTmdb && ' What you rate and keep is TMDB’s film of the same number.'}
      </p>
    </footer>
  );
}
