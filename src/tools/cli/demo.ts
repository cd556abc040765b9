import { waitFor } from 'xstate';
import { accountOf } from '../../account/index.ts';
import type { AuthView, TmdbAuth } from '../../index.ts';
import { memoryStorage } from '../../index.ts';
import { systemClock } from '../../lib/clock.ts';
import { createNodeAuth } from '../../platforms/node/index.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { login } from './account-commands.ts';
import { withClient } from './client.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { bold, dim } from './line.ts';
import { describe, doing, progressOf } from './words.ts';

const HOUR = 3_600_000;
/** Short, so that the demo takes a second or two. In ms. */
const POLL_INTERVAL = 50;
/** The width of the longest state's path. */
const STATE_WIDTH = 'sessionActive.accountRequested'.length;

interface Scene {
  title: string;
  /** Default: 3. */
  apiVersion?: 3 | 4;
  /** The user approves on another device, so TMDB cannot redirect back and is polled. */
  elsewhere?: true;
  /** The button that the user presses on TMDB's page. */
  presses?: 'allow' | 'deny';
  play(auth: TmdbAuth, tmdb: Sandbox, sleep: (ms: number) => void): Promise<unknown>;
}

const SCENES: Scene[] = [
  {
    title: 'A user signs in',
    presses: 'allow',
    play: (auth) => auth.login(),
  },
  {
    title: 'A user denies the request',
    presses: 'deny',
    play: (auth) => auth.login().catch(() => {}),
  },
  {
    title: 'The laptop sleeps for an hour, and the request token expires',
    async play(auth, _, sleep) {
      const waiting = auth.login().catch(() => {});
      await waitFor(auth.actor, (snapshot) => snapshot.matches('awaitingApproval'));
      sleep(HOUR);
      await waiting;
    },
  },
  {
    title: 'A guest rates a film, so TMDB keeps the guest session for a day',
    async play(auth) {
      await auth.loginAsGuest();
      await accountOf(auth).rate({ movie: 1001 }, 8.5);
    },
  },
  {
    title: 'A guest rates two films, signs in, and keeps the ratings',
    presses: 'allow',
    async play(auth) {
      await auth.loginAsGuest();
      for (const movie of [550, 1001]) await accountOf(auth).rate({ movie }, 9);
      await auth.login();
      await auth.carryOverGuestRatings();
    },
  },
  {
    title: 'A user signs in for v4 and v3',
    apiVersion: 4,
    presses: 'allow',
    async play(auth) {
      await auth.login();
      await accountOf(auth).lists.all().total();
    },
  },
  {
    title: 'A user scans a QR code and approves on a phone',
    elsewhere: true,
    presses: 'allow',
    play: (auth) => auth.login(),
  },
  {
    title: 'A user signs in without a browser, by user name and password',
    play: (auth) => auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }),
  },
  {
    title: 'A user revokes the app on TMDB, and the next call is refused',
    presses: 'allow',
    async play(auth, tmdb) {
      await auth.login();
      tmdb.revoke();
      await auth.fetch('/3/account');
      await waitFor(auth.actor, (snapshot) => snapshot.matches('idle'));
    },
  },
  {
    title: 'A user signs out, and TMDB deletes the session',
    presses: 'allow',
    async play(auth) {
      await auth.login();
      await auth.logout();
    },
  },
];

/** Plays each kind of sign-in against a local TMDB; with `--real`, one sign-in at the TMDB of the credentials. */
export async function demo(invocation: Invocation): Promise<number> {
  const { options, output } = invocation;
  if (options.real) {
    await withClient(invocation, (auth) => auth.validateCredentials());
    return login(invocation);
  }
  const tmdb = await startSandbox();
  output.say(`Plays ${SCENES.length} sign-ins against a local TMDB at ${tmdb.url}.`);
  output.say('You need no account and no key. Each line shows the time since the start,');
  output.say('the state of the machine, and what it means.');
  try {
    for (const scene of SCENES) await play(scene, tmdb, invocation);
  } finally {
    await tmdb.close();
  }
  output.say('');
  output.say('To sign in at the real TMDB with your own credential: npx tmdb-auth demo --real');
  return EXIT.done;
}

async function play(
  { title, apiVersion = 3, elsewhere, presses, play }: Scene,
  tmdb: Sandbox,
  { output }: Invocation,
): Promise<void> {
  output.say('');
  output.say([bold(title)]);
  tmdb.resetRequests();
  tmdb.clock.set(Date.now());
  let wake = () => {};
  const sleep = (ms: number) => {
    tmdb.clock.advance(ms);
    wake();
  };
  const open = async (approvalUrl: string) => {
    if (presses) await actOnPage(approvalUrl, presses);
  };
  using auth = createNodeAuth({
    credentials: { accessToken: tmdb.accessToken },
    apiVersion,
    baseURL: tmdb.baseURL,
    webURL: tmdb.webURL,
    storage: memoryStorage(),
    clock: {
      ...systemClock,
      now: tmdb.clock.now,
      onWake: (check) => {
        wake = check;
        return () => {};
      },
    },
    ...(elsewhere && { pollInterval: POLL_INTERVAL }),
    browser: !elsewhere && open,
    async onApprovalUrl(approvalUrl) {
      if (!elsewhere) return;
      if (!output.isJson) await output.qr(approvalUrl, 'stdout');
      void open(approvalUrl);
    },
  });
  const startedAt = performance.now();
  const show = (view: AuthView) => {
    const at = Math.round(performance.now() - startedAt);
    const time = dim(`  ${String(at).padStart(5)} ms`);
    output.say([time, `  ${view.state.padEnd(STATE_WIDTH)}  `, dim(wordsFor(view))]);
    output.json({
      scene: title,
      ms: at,
      state: view.state,
      status: view.status,
      failure: view.failure?.code ?? null,
    });
  };
  show(auth.getView());
  auth.subscribe(show);
  await play(auth, tmdb, sleep);
  const { failure } = auth.getView();
  if (failure) output.say(`            ${failure.message} (${failure.code})`);
  output.say(`            ${counted(requestsTo(tmdb))} to TMDB`);
}

/** Without the time left, which would be the same in every line. */
const wordsFor = (view: AuthView) => doing(view) + progressOf(view) || describe({ ...view, expiresAt: null });

const counted = (requests: number) => `${requests} ${requests === 1 ? 'request' : 'requests'}`;

const requestsTo = (tmdb: Sandbox) => tmdb.requests.filter(({ kind }) => kind === 'api').length;

/** Presses a button on the local TMDB's page, over HTTP, and follows the redirect back. */
async function actOnPage(approvalUrl: string, button: 'allow' | 'deny'): Promise<void> {
  const page = new URL(approvalUrl);
  const body = new URLSearchParams(page.search);
  await (await fetch(`${page.origin}${page.pathname}/${button}`, { method: 'POST', body })).text();
}
