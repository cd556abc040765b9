import { useTmdbAuth } from 'tmdb-auth/react';
import { Avatar } from '../shared/avatar.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';
import { Tally } from './tally.tsx';

export function UserPanel() {
  const { account, can, guest, retry, logout } = useTmdbAuth();
  const name = account ? account.name || account.username : null;
  return (
    <>
      <Reason />
      {can.retry && (
        <button type="button" className="button" onClick={() => quietly(retry())}>
          Try again
        </button>
      )}
      {account && name && (
        <p className="account">
          <Avatar name={name} />
          <span>
            <strong>{name}</strong>
            <span className="quiet">@{account.username}</span>
          </span>
        </p>
      )}
      <Tally />
      {guest && <p className="quiet">What you rated as a guest stays with that visit until you sign out.</p>}
      <button type="button" className="button" onClick={() => quietly(logout())}>
        Sign out
      </button>
    </>
  );
}
