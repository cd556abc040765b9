import { type AuthView, type CarryOver, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import { isUnusable, password, withClient, withRecord } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { bold, done, type Line } from './line.ts';
import { describe, nameOf, nextOf, timeLeft } from './words.ts';

const codeOf = ({ status }: AuthView) => (status === 'user' || status === 'guest' ? EXIT.done : EXIT.nobody);

function show({ output }: Invocation, view: AuthView, line: Line = describe(view), next = nextOf(view)) {
  output.say(line);
  if (view.failure) output.say(view.failure.message);
  output.json(view);
  output.hint(next);
}

/** The end of a sign-in: `before` is who was here already. */
function showSignedIn(invocation: Invocation, before: AuthView['status'], view: AuthView) {
  const isUser = view.status === 'user';
  if (before === view.status)
    return isUser
      ? show(
          invocation,
          view,
          ['Already signed in as ', bold(nameOf(view))],
          'Sign in as another user: tmdb-auth logout',
        )
      : show(invocation, view, `Already a guest${timeLeft(view.expiresAt)}`);
  if (!isUser) return show(invocation, view, done(`Guest session started${timeLeft(view.expiresAt)}`));
  return show(
    invocation,
    view,
    view.account ? done('Signed in as ', bold(nameOf(view))) : done(describe(view)),
  );
}

const signIn = (invocation: Invocation, start: (auth: TmdbAuth, signal: AbortSignal) => Promise<AuthView>) =>
  withRecord(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      const before = auth.getView().status;
      invocation.output.live(auth);
      const view = await start(auth, signal);
      if (view.failure && isUnusable(view.failure)) {
        // With this process the session would be lost, and stay alive at TMDB.
        await auth.logout();
        throw new TmdbAuthError('storage_unavailable', { message: 'It could not be kept, so it was ended.' });
      }
      invocation.output.end();
      showSignedIn(invocation, before, view);
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
  withRecord(
    invocation,
    async (auth) => {
      const view = auth.getView();
      show(invocation, view);
      return codeOf(view);
    },
    { readsOnly: true },
  );

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
      output.end();
      output.say(report.carried > 0 ? done(told(report)) : told(report));
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
      invocation.output.say(done('TMDB takes this credential'));
      invocation.output.json({ valid: true });
      return EXIT.done;
    }),
  );

export const logout = (invocation: Invocation) =>
  withRecord(invocation, async (auth) => {
    const before = auth.getView();
    const view = await auth.logout();
    show(invocation, view, farewell(before, view));
    return view.failure ? EXIT.failed : EXIT.done;
  });

function farewell(before: AuthView, { failure }: AuthView): Line {
  const { status, guest } = before;
  const gone =
    status === 'user'
      ? ['Signed out', ...(nameOf(before) ? [' ', bold(nameOf(before))] : [])]
      : status === 'pending'
        ? ['The sign-in that was under way is dropped']
        : ['The guest session is forgotten'];
  if (status === 'signedOut' && !guest) return 'Nobody is signed in';
  return failure ? [...gone, ', but only here'] : done(...gone);
}
