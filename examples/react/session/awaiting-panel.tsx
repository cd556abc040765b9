import { useTmdbAuth } from 'tmdb-auth/react';
import { TimeLeft } from '../shared/time-left.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';
import { way } from './way.ts';

const WORDS = {
  redirect: {
    text: 'Approve this app on TMDB, and you come back here signed in.',
    again: 'Continue on TMDB',
  },
  popup: { text: 'Approve this app in the window that TMDB opened in.', again: 'Show the window' },
};

/** The user is on TMDB, or came back with the Back button: `login()` opens TMDB again. */
export function AwaitingPanel() {
  const { auth, login, cancel, failure, guest } = useTmdbAuth();
  const { text, again } = WORDS[way.current() === 'popup' ? 'popup' : 'redirect'];
  const isBlocked = failure?.code === 'popup_blocked';
  const address = auth.approvalUrl ?? undefined;
  return (
    <>
      <Reason />
      {!isBlocked && <p className="quiet">{text}</p>}
      {guest && <p className="quiet">Your guest visit stays until then.</p>}
      <p className="big-time">
        <TimeLeft label="Time left" />
      </p>
      {isBlocked ? (
        <a className="button primary" href={address}>
          Open TMDB
        </a>
      ) : (
        <button type="button" className="button primary" onClick={() => quietly(login())}>
          {again}
        </button>
      )}
      <button type="button" className="button" onClick={() => quietly(cancel())}>
        Cancel
      </button>
      {!isBlocked && (
        <p className="fine">
          <a href={address} target="_blank" rel="noreferrer">
            Open TMDB in a new tab
          </a>
        </p>
      )}
    </>
  );
}
