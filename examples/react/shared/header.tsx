import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { Avatar } from './avatar.tsx';

export function Header() {
  const account = useTmdbAuthSelector((view) => (view.status === 'user' ? view.account : null));
  // Also while the guest is signing in.
  const isGuest = useTmdbAuthSelector(({ status, guest }) => guest !== null && status !== 'user');
  const name = account ? account.name || account.username : isGuest ? 'Guest' : null;
  return (
    <header className="header">
      <p className="wordmark">Marquee</p>
      {name && (
        <p className="who">
          {name} <Avatar name={name} />
        </p>
      )}
    </header>
  );
}
