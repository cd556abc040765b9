import { waitFor } from 'xstate';
import type { AuthView, TmdbAuth } from '../index.ts';
import { untilInterrupted, withClient } from './client.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { timeLeft } from './output.ts';

/** Who is here, in a sentence. */
export function describe({ status, account, guest, expiresAt, state }: AuthView): string {
  if (status === 'user' && account)
    return `Signed in as ${account.name || account.username} (account ${account.id})`;
  if (status === 'user') return 'Signed in; TMDB could not be asked for the account';
  if (status === 'guest') return `Guest${guest?.used ? '' : ', not used yet'}${timeLeft(expiresAt)}`;
  return status === 'pending'
    ? `A sign-in is under way: ${state}${timeLeft(expiresAt)}`
    : 'Nobody is signed in';
}

const codeOf = ({ status }: AuthView) => (status === 'user' || status === 'guest' ? EXIT.done : EXIT.nobody);

function show({ output }: Invocation, view: AuthView) {
  output.say(describe(view));
  if (view.failure) output.say(view.failure.message);
  output.json(view);
}

const signIn = (invocation: Invocation, start: (auth: TmdbAuth, signal: AbortSignal) => Promise<AuthView>) =>
  withClient(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      invocation.output.live(auth.getView);
      const view = await start(auth, signal);
      show(invocation, view);
      return EXIT.done;
    }),
  );

export const login = (invocation: Invocation) => signIn(invocation, (auth, signal) => auth.login({ signal }));

export const guest = (invocation: Invocation) =>
  signIn(invocation, (auth, signal) => auth.loginAsGuest({ signal }));

/** The record is read; what it leads to may still be under way. */
const restored = (auth: TmdbAuth) => waitFor(auth.actor, (snapshot) => !snapshot.matches('restoring'));
const settled = (auth: TmdbAuth) => waitFor(auth.actor, (snapshot) => snapshot.hasTag('settled'));

export const status = (invocation: Invocation) =>
  withClient(invocation, async (auth) => {
    await restored(auth);
    show(invocation, auth.getView());
    return codeOf(auth.getView());
  });

export const whoami = (invocation: Invocation) =>
  withClient(invocation, async (auth) => {
    await restored(auth);
    // A session TMDB has forgotten is noticed here, and dropped.
    if (auth.getView().status === 'user') await auth.fetch('/3/account');
    if (auth.getView().status === 'user') await settled(auth);
    show(invocation, auth.getView());
    return codeOf(auth.getView());
  });

export const logout = (invocation: Invocation) =>
  withClient(invocation, async (auth) => {
    const view = await auth.logout();
    show(invocation, view);
    return view.failure ? EXIT.failed : EXIT.done;
  });
