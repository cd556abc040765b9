import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { Avatar } from './avatar.tsx';

export function Header() {
  const account = useTmdbAuthSelector((view) => (view.status === 'user' ? view.account : null));
  const isGuest = useTmdbAuthSelector((view) => view.status === 'guest');
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
