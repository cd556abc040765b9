import { useTmdbAuth } from 'tmdb-auth/react';
import { Avatar } from '../shared/avatar.tsx';
import { KeepRatings } from './keep-ratings.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';
import { Tally } from './tally.tsx';

export function UserPanel() {
  const { account, can, guest, carryOver, retry, logout } = useTmdbAuth();
  const name = account ? account.name || account.username : null;
  // `KeepRatings` shows why a carry-over failed, and has the button to repeat it.
  const isToBeKept = guest !== null && carryOver !== null;
  return (
    <>
      {!isToBeKept && <Reason />}
      {can.retry && !isToBeKept && (
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
      <KeepRatings />
      <Tally />
      <button type="button" className="button" onClick={() => quietly(logout())}>
        Sign out
      </button>
    </>
  );
}
