import { type AuthView, type CarryOver, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import { isUnusable, password, withClient, withRecord } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { bold, done, type Line } from './line.ts';
import { describe, nameOf, nextOf, timeLeft } from './words.ts';

const codeOf = ({ status }: AuthView) =>
  status === 'user' || status === 'guest' ? EXIT.done : EXIT.signedOut;

function show({ output }: Invocation, view: AuthView, line: Line = describe(view), next = nextOf(view)) {
  output.say(line);
  if (view.failure) output.say(view.failure.message);
  output.json(view);
  output.hint(next);
}

/** Shows the result of a sign-in; `before` is the status before it. */
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
        // Without a record the session would be lost at exit, and stay alive at TMDB.
        await auth.logout();
        throw new TmdbAuthError('storage_unavailable', {
          message: 'The session could not be saved, so it was signed out again.',
        });
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
          'Already signed in, for v3 only. To sign in for v4 too: tmdb-auth logout, then tmdb-auth login --v4',
        );
      }
      return view;
    });
  }
  if (invocation.options.v4)
    throw new TypeError('A sign-in by password is for v3 only: leave out --v4 or --username.');
  // Before the sign-in starts: its token could expire while the user types.
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
    // `verify` removes a session that TMDB no longer knows. Leave a pending sign-in alone.
    const view = auth.getView().status === 'user' ? await auth.verify() : auth.getView();
    if (view.status === 'user' && view.failure) throw new TmdbAuthError(view.failure);
    show(invocation, view);
    return codeOf(view);
  });

/** Can be interrupted and called again: finished ratings are not repeated. */
export const carryOver = (invocation: Invocation) =>
  withRecord(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      const { output, options } = invocation;
      if (auth.getView().status !== 'user') {
        output.note('Nobody is signed in. Sign in first: tmdb-auth login');
        output.json(auth.getView());
        return EXIT.signedOut;
      }
      output.live(auth);
      const report = await auth.carryOverGuestRatings({ overwrite: options.overwrite === true, signal });
      output.end();
      output.say(report.carried > 0 ? done(summaryOf(report)) : summaryOf(report));
      for (const { media, code } of report.failed) output.say(`  ${media}: ${code}`);
      output.json(report);
      return report.failed.length > 0 ? EXIT.failed : EXIT.done;
    }),
  );

function summaryOf({ total, carried, kept, failed }: CarryOver): string {
  if (!total) return 'There are no guest ratings to carry over';
  const rest = [
    ...(kept > 0 ? [`${kept} kept, as the user rated ${kept === 1 ? 'it' : 'them'} differently`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  return `Carried over ${carried} of ${total} ratings${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
}

/** Checks the application's credential with TMDB. */
export const check = (invocation: Invocation) =>
  withClient(invocation, (auth) =>
    untilInterrupted(async (signal) => {
      await auth.validateCredentials({ signal });
      invocation.output.say(done('TMDB accepts this credential'));
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
        ? ['The pending sign-in is cancelled']
        : ['The guest session is forgotten'];
  if (status === 'signedOut' && !guest) return 'Nobody is signed in';
  return failure ? [...gone, ', but only on this machine'] : done(...gone);
}
