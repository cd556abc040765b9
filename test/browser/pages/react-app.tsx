import type { TmdbAuth } from '../../../src/client/tmdb-auth.ts';
import {
  TmdbAuthProvider,
  useTimeLeft,
  useTmdbAuth,
  useTmdbAuthSelector,
} from '../../../src/ui/react/index.ts';
import { note } from './window.ts';

/** The output of each component, render by render. */
export type Renders = Record<'View' | 'IsUser' | 'Status' | 'TimeLeft', unknown[]>;

const renders: Renders = { View: [], IsUser: [], Status: [], TimeLeft: [] };
Object.assign(globalThis, { renders });

function View() {
  const { state, account, login, logout, loginAsGuest, verify, carryOverGuestRatings } = useTmdbAuth();
  renders.View.push(state);
  return (
    <p>
      <b id="state">{state}</b> <i id="who">{account?.username ?? 'nobody'}</i>
      <button type="button" id="hook-login" onClick={() => note('login', login())}>
        Sign in
      </button>
      <button type="button" id="hook-guest" onClick={() => note('guest', loginAsGuest())}>
        As a guest
      </button>
      <button type="button" id="hook-logout" onClick={() => note('logout', logout())}>
        Sign out
      </button>
      <button type="button" id="hook-verify" onClick={() => note('verify', verify())}>
        Still there?
      </button>
      <button
        type="button"
        id="hook-carry-over"
        onClick={() => carryOverGuestRatings().then(({ carried }) => window.ends.push(`carried: ${carried}`))}
      >
        Keep the ratings
      </button>
    </p>
  );
}

function IsUser() {
  const isUser = useTmdbAuthSelector(({ status }) => status === 'user');
  renders.IsUser.push(isUser);
  return <p id="is-user">{String(isUser)}</p>;
}

function Status() {
  const status = useTmdbAuthSelector((view) => view.status);
  renders.Status.push(status);
  return <p id="status">{status}</p>;
}

function TimeLeft() {
  const left = useTimeLeft(50);
  renders.TimeLeft.push(left);
  return <p id="time-left">{left === null ? 'none' : Math.ceil(left / 60_000)}</p>;
}

/** Uses a hook with no provider above it. */
export const WithoutProvider = IsUser;

export function App({ auth }: { auth: TmdbAuth }) {
  return (
    <TmdbAuthProvider auth={auth}>
      <View />
      <IsUser />
      <Status />
      <TimeLeft />
    </TmdbAuthProvider>
  );
}
