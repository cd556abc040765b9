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
import { describe } from './words.ts';

const HOUR = 3_600_000;
/** Nobody waits long at a demo, in ms. */
const ASK_AGAIN = 50;

interface Scene {
  title: string;
  /** Default: 3. */
  apiVersion?: 3 | 4;
  /** The person is at another device, which TMDB cannot lead back from. */
  elsewhere?: true;
  /** What the person in front of TMDB's page does. */
  person?: 'allow' | 'deny';
  play(auth: TmdbAuth, tmdb: Sandbox, sleep: (ms: number) => void): Promise<unknown>;
}

const SCENES: Scene[] = [
  {
    title: 'A user signs in, and the key to it all stays here',
    person: 'allow',
    play: (auth) => auth.login(),
  },
  {
    title: 'The user denies: that is noticed',
    person: 'deny',
    play: (auth) => auth.login().catch(() => {}),
  },
  {
    title: 'Nobody approves, the laptop sleeps for an hour: the token is over',
    async play(auth, _, sleep) {
      const waiting = auth.login().catch(() => {});
      await waitFor(auth.actor, (snapshot) => snapshot.matches('awaitingApproval'));
      sleep(HOUR);
      await waiting;
    },
  },
  {
    title: 'A guest rates a film and thereby stays for a day',
    async play(auth) {
      await auth.loginAsGuest();
      await accountOf(auth).rate({ movie: 1001 }, 8.5);
    },
  },
  {
    title: 'A guest rates two films, signs in, and keeps the ratings',
    person: 'allow',
    async play(auth) {
      await auth.loginAsGuest();
      for (const movie of [550, 1001]) await accountOf(auth).rate({ movie }, 9);
      await auth.login();
      await auth.carryOverGuestRatings();
    },
  },
  {
    title: 'A user signs in to v4, and to v3 with it',
    apiVersion: 4,
    person: 'allow',
    async play(auth) {
      await auth.login();
      await accountOf(auth).lists.all().total();
    },
  },
  {
    title: 'Another device approves: it reads the address, and TMDB is asked',
    elsewhere: true,
    person: 'allow',
    play: (auth) => auth.login(),
  },
  {
    title: 'Where there is no browser at all: user name and password',
    play: (auth) => auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }),
  },
  {
    title: 'The user revokes the app on TMDB: the next call finds out',
    person: 'allow',
    async play(auth, tmdb) {
      await auth.login();
      tmdb.revoke();
      await auth.fetch('/3/account');
      await waitFor(auth.actor, (snapshot) => snapshot.matches('idle'));
    },
  },
  {
    title: 'A user signs in and out: TMDB forgets the session too',
    person: 'allow',
    async play(auth) {
      await auth.login();
      await auth.logout();
    },
  },
];

/** Plays every way a sign-in can go against a local TMDB; with `--real`, one sign-in at the TMDB of the credentials. */
export async function demo(invocation: Invocation): Promise<number> {
  const { options, output } = invocation;
  if (options.real) {
    await withClient(invocation, (auth) => auth.validateCredentials());
    return login(invocation);
  }
  const tmdb = await startSandbox();
  output.say(`A local TMDB runs at ${tmdb.url}; every line below is a state of the machine.`);
  try {
    for (const scene of SCENES) await play(scene, tmdb, invocation);
  } finally {
    await tmdb.close();
  }
  output.say('');
  output.say('With your own credential: tmdb-auth demo --real signs in to the real TMDB.');
  return EXIT.done;
}

async function play(
  { title, apiVersion = 3, elsewhere, person, play }: Scene,
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
    if (person) await actOnPage(approvalUrl, person);
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
    ...(elsewhere && { pollInterval: ASK_AGAIN }),
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
    const reason = view.failure ? `  ${view.failure.code}` : '';
    output.say([dim(`  ${String(at).padStart(5)} ms`), `  ${view.state}${reason}`]);
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
  output.say(`            ${describe(auth.getView())}. Requests to TMDB: ${requestsTo(tmdb)}`);
}

const requestsTo = (tmdb: Sandbox) => tmdb.requests.filter(({ kind }) => kind === 'api').length;

/** A person at the local TMDB's page, over HTTP: presses the button and lets it lead back. */
async function actOnPage(approvalUrl: string, button: 'allow' | 'deny'): Promise<void> {
  const page = new URL(approvalUrl);
  const body = new URLSearchParams(page.search);
  await (await fetch(`${page.origin}${page.pathname}/${button}`, { method: 'POST', body })).text();
}
