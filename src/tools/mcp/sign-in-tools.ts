import { type AuthView, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import type { Approval, Approvals } from './approvals.ts';
import { compact, plain } from './rows.ts';
import { defineTool, type Tool } from './tool.ts';
import { viewWhen } from './waiting.ts';

/** The longest wait of one call and the default one, in s: clients give up on a request after 60 s. */
const LONGEST_WAIT = 50;
const WAIT = 40;
/** Longest wait for the record to be read, in ms. */
const READ = 20_000;

interface Dependencies {
  auth: TmdbAuth;
  approvals: Approvals;
  /** The server also has the tools that change data. */
  mayWrite: boolean;
}

/**
 * One tool begins the sign-in and returns the address, another waits for the user: a client's request would time out
 * before most users have approved.
 */
export function signInTools({ auth, approvals, mayWrite }: Dependencies): Tool[] {
  const known = (signal: AbortSignal) => viewWhen(auth, ({ state }) => state !== 'restoring', READ, signal);

  /** Resolves when the session is stored: from then on the client may end this process. */
  let stored = Promise.resolve();

  const answerFor = (view: AuthView) => ({ ...whoIn(view), can_write: mayWrite });

  const asked = ({ url, isOpen }: Approval) => ({
    signed_in: false,
    approval_url: url,
    opened_in_browser: isOpen,
    next: 'Give the user this address, then call wait_for_sign_in. Show it to no one else: it contains a token.',
  });

  return [
    defineTool({
      name: 'sign_in',
      title: 'Sign in to TMDB',
      description:
        'Begins a sign-in. Returns at once with the address where the user approves. Then call wait_for_sign_in.',
      changes: 'adds',
      async run(_, signal) {
        if ((await known(signal)).status === 'user') return answerFor(auth.getView());
        const signedIn = auth.login();
        // The view reports the outcome, also to later calls.
        stored = signedIn.then(ignore, ignore);
        return Promise.race([signedIn.then(answerFor), approvals.shown(auth.approvalUrl).then(asked)]);
      },
    }),
    defineTool<{ seconds?: number }>({
      name: 'wait_for_sign_in',
      title: 'Wait for the approval',
      description:
        'Waits until the user has approved or denied. Call it again while the answer says waiting_for_approval.',
      properties: {
        seconds: {
          type: 'integer',
          minimum: 1,
          maximum: LONGEST_WAIT,
          description: `At most; default ${WAIT}`,
        },
      },
      optional: ['seconds'],
      async run({ seconds = WAIT }, signal) {
        await known(signal);
        const view = await viewWhen(auth, isSettled, seconds * 1_000, signal);
        if (view.status === 'user') return stored.then(() => answerFor(view));
        if (view.status === 'pending') return { ...answerFor(view), next: 'Call wait_for_sign_in again.' };
        throw new TmdbAuthError(view.failure ?? 'session_invalid', view.failure ? {} : NOT_BEGUN);
      },
    }),
    defineTool({
      name: 'cancel_sign_in',
      title: 'Cancel the sign-in',
      description:
        'Cancels a sign-in that the user has not approved yet. Approving its address afterwards signs nobody in.',
      changes: 'adds',
      async run(_, signal) {
        await known(signal);
        return answerFor(await auth.cancel());
      },
    }),
    defineTool({
      name: 'who_is_signed_in',
      title: 'Who is signed in',
      description:
        'Asks TMDB who the user is. A guest can only rate. can_write: this server has tools that change data.',
      async run(_, signal) {
        const view = await known(signal);
        return answerFor(view.status === 'user' ? await auth.verify() : view);
      },
    }),
    ...(mayWrite ? [signOut(auth, answerFor)] : []),
  ];
}

/** Only with `--write`: it ends the session for all of the user's programs on this machine. */
const signOut = (auth: TmdbAuth, answerFor: (view: AuthView) => Record<string, unknown>) =>
  defineTool({
    name: 'sign_out',
    title: 'Sign out of TMDB',
    description: 'Deletes the session at TMDB and on this machine, also for other programs that use it.',
    changes: 'destructive',
    run: async () => answerFor(await auth.logout()),
  });

/** The sign-in has ended, and the account is known or could not be read. */
const isSettled = ({ status, state }: AuthView) =>
  status !== 'pending' && state !== 'sessionActive.accountRequested';

const ignore = () => {};

const NOT_BEGUN = { message: 'Nobody is signed in, and no sign-in is pending. Call sign_in.' };

/** The user or guest as plain data, without secrets. */
function whoIn({ status, account, failure }: AuthView): Record<string, unknown> {
  return compact({
    signed_in: status === 'user',
    ...(status === 'user' && account && { username: plain(account.username), name: plain(account.name) }),
    ...(status === 'user' && account && { lists: account.objectId ? 'v4' : 'v3: public, films only' }),
    guest: status === 'guest' || undefined,
    waiting_for_approval: status === 'pending' || undefined,
    problem: failure?.message,
  });
}
