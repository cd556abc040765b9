import { waitFor } from 'xstate';
import { type AuthView, type CarryOver, type Failure, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import { password, untilInterrupted, withClient } from './client.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { timeLeft } from './output.ts';

/** Who is here, in a sentence. */
export function describe({ status, account, guest, expiresAt, state }: AuthView): string {
  if (status === 'user' && account)
    return `Signed in as ${account.name || account.username} (account ${account.id})`;
  if (status === 'user') return 'Signed in; the account is not known here yet';
  if (status === 'guest') return `Guest${guest?.used ? '' : ', not used yet'}${timeLeft(expiresAt)}`;
  if (state.startsWith('sessionRequested')) {
    return 'An earlier sign-in was interrupted; "tmdb-auth login" finds out how it ended';
  }
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

/** The record cannot be read or written, so nothing that is true now would be kept. */
const isUnusable = ({ code }: Failure) => code === 'storage_unavailable' || code === 'record_newer';

/** Uses a client once it has read the record. Throws if it cannot: no answer would be true, no sign-in kept. */
const withRecord = (invocation: Invocation, use: (auth: TmdbAuth) => Promise<number>) =>
  withClient(invocation, async (auth) => {
    await waitFor(auth.actor, (snapshot) => !snapshot.matches('restoring'));
    const { failure } = auth.getView();
    if (failure && isUnusable(failure)) throw new TmdbAuthError(failure);
    return use(auth);
  });

const signIn = (invocation: Invocation, start: (auth: TmdbAuth, signal: AbortSignal) => Promise<AuthView>) =>
  withRecord(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      invocation.output.live(auth);
      const view = await start(auth, signal);
      if (view.failure && isUnusable(view.failure)) {
        // With this process the session would be lost, and stay alive at TMDB.
        await auth.logout();
        throw new TmdbAuthError('storage_unavailable', { message: 'It could not be kept, so it was ended.' });
      }
      show(invocation, view);
      return EXIT.done;
    }),
  );

export async function login(invocation: Invocation): Promise<number> {
  const { username } = invocation.options;
  if (username === undefined) {
    return signIn(invocation, async (auth, signal) => {
      const view = await auth.login({ signal });
      if (invocation.options.v4 && view.account?.objectId === null) {
        invocation.output.note(
          'Signed in for v3 only, by an earlier sign-in. Sign out first to have v4 too.',
        );
      }
      return view;
    });
  }
  if (invocation.options.v4) throw new TypeError('There is no v4 by password: leave out --v4 or --username.');
  // Asked for before anything is under way that could end meanwhile.
  const typed = await password();
  return signIn(invocation, (auth, signal) => auth.loginWithPassword({ username, password: typed, signal }));
}

export const guest = (invocation: Invocation) =>
  signIn(invocation, (auth, signal) => auth.loginAsGuest({ signal }));

export const status = (invocation: Invocation) =>
  withRecord(invocation, async (auth) => {
    const view = auth.getView();
    show(invocation, view);
    return codeOf(view);
  });

export const whoami = (invocation: Invocation) =>
  withRecord(invocation, async (auth) => {
    // One that is forgotten there is dropped here. What is still under way is left alone.
    const view = auth.getView().status === 'user' ? await auth.verify() : auth.getView();
    if (view.status === 'user' && view.failure) throw new TmdbAuthError(view.failure);
    show(invocation, view);
    return codeOf(view);
  });

/** Can be called off and begun again: what is done stays done. */
export const carryOver = (invocation: Invocation) =>
  withRecord(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      const { output, options } = invocation;
      if (auth.getView().status !== 'user') {
        output.note('Nobody is signed in, so there is nobody to rate for. Sign in first.');
        output.json(auth.getView());
        return EXIT.nobody;
      }
      output.live(auth);
      const report = await auth.carryOverGuestRatings({ overwrite: options.overwrite === true, signal });
      output.say(told(report));
      for (const { media, code } of report.failed) output.say(`  ${media}: ${code}`);
      output.json(report);
      return report.failed.length > 0 ? EXIT.failed : EXIT.done;
    }),
  );

function told({ total, carried, kept, failed }: CarryOver): string {
  if (!total) return 'There are no ratings of a guest';
  const rest = [
    ...(kept > 0 ? [`${kept} kept as the user had rated them`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  return `Carried over ${carried} of ${total} ratings${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
}

/** Asks TMDB whether it takes the application's credential. */
export const check = (invocation: Invocation) =>
  withClient(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      await auth.validateCredentials({ signal });
      invocation.output.say('TMDB takes this credential');
      invocation.output.json({ valid: true });
      return EXIT.done;
    }),
  );

export const logout = (invocation: Invocation) =>
  withRecord(invocation, async (auth) => {
    const view = await auth.logout();
    show(invocation, view);
    return view.failure ? EXIT.failed : EXIT.done;
  });
