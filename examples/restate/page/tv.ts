/** The television shows a code, waits, and gets a session. It stores no secret. */
import type { Screen } from '../front.ts';

interface SignedIn {
  sessionId: string;
  account: { name: string; username: string } | null;
}

const part = <Kind extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as Kind;
const main = document.querySelector('main') as HTMLElement;
const code = part('code');
const again = part<HTMLButtonElement>('again');
const here = part<HTMLAnchorElement>('here');

/** Number of sign-ins begun: an answer about an earlier one is ignored. */
let round = 0;
let endsAt: number | null = null;

const ask = async <Answer>(method: 'GET' | 'POST', path: string): Promise<Answer> => {
  const response = await fetch(path, { method });
  if (!response.ok) throw new Error(String(response.status));
  return response.json() as Promise<Answer>;
};

function show(stage: string, title: string, text: string): void {
  main.dataset.stage = stage;
  part('title').textContent = title;
  part('text').textContent = text;
  const waits = stage === 'waiting';
  part('steps').hidden = !waits;
  part('left').hidden = !waits;
  here.hidden = !waits;
  again.hidden = stage !== 'over' && stage !== 'done';
  again.textContent = stage === 'done' ? 'Sign in as someone else' : 'Show a new code';
  if (stage === 'over') again.focus();
  if (!waits) part('address').textContent = '';
}

/** Shows a letter or a mark in place of the code. */
function sign(text: string, label: string): void {
  const mark = document.createElement('span');
  mark.className = 'sign';
  mark.textContent = text;
  code.replaceChildren(mark);
  code.setAttribute('aria-label', label);
}

const OVER: Record<string, [title: string, text: string]> = {
  token_expired: ['That took too long', 'The code has expired. A new one takes a second.'],
  approval_denied: [
    'Not approved',
    'The request was denied on TMDB. Nothing was shared with this television.',
  ],
  exchange_interrupted: [
    'The sign-in was interrupted',
    'You approved, but we cannot tell whether TMDB signed you in. Please scan a new code.',
  ],
};

function showClock(): void {
  if (endsAt === null) return;
  const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1_000));
  part('clock').textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function showScreen({ state, code: svg, address, expiresAt, failure, name }: Screen): void {
  endsAt = expiresAt;
  showClock();
  if (svg && address) {
    show('waiting', 'Scan to sign in', 'You type on your phone, and nothing here.');
    code.innerHTML = svg;
    code.setAttribute('aria-label', 'QR code with the address where you approve');
    part('address').textContent = `leads to ${new URL(address).host}`;
    here.href = address;
  } else if (state.startsWith('idle')) {
    const [title, text] = OVER[failure?.code ?? ''] ?? [
      'That did not work',
      failure?.message ?? 'Try again.',
    ];
    show('over', title, text);
    sign('–', 'No code');
  } else if (state.startsWith('tokenRequested')) {
    show('loading', 'One moment', 'A code is on its way from TMDB.');
    sign('', 'Waiting for a code');
  } else {
    show('busy', name ? `Hello, ${name}` : 'Approved', 'TMDB is handing over the session.');
    sign('', 'Signing in');
  }
}

async function collect(): Promise<void> {
  const signedIn = await ask<SignedIn | null>('POST', '/collect');
  if (!signedIn) return lost();
  const name = signedIn.account?.name || signedIn.account?.username || 'you';
  show(
    'done',
    `Welcome, ${name}`,
    `This television now has its own session, which ends in ${signedIn.sessionId.slice(-4)}.`,
  );
  sign(name.slice(0, 1).toUpperCase(), `Signed in as ${name}`);
}

function lost(): void {
  show('over', 'This sign-in has ended', 'Show a new code to start again.');
  sign('–', 'No code');
}

/** Asks until the sign-in ends. If the server does not answer, asks again: the sign-in continues in Restate. */
async function follow(mine: number, first: Screen | null): Promise<void> {
  let screen = first;
  while (screen && mine === round) {
    showScreen(screen);
    if (screen.state === 'sessionActive.ready') return collect();
    if (screen.state.startsWith('idle')) return;
    const seen: string = screen.state;
    const next: Screen | null | undefined = await ask<Screen | null>('GET', `/wait?seen=${seen}`).catch(
      () => undefined,
    );
    if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 2_000));
    else screen = next;
  }
  if (mine === round) lost();
}

async function begin(): Promise<void> {
  round += 1;
  show('loading', 'One moment', 'A code is on its way from TMDB.');
  sign('', 'Waiting for a code');
  try {
    await follow(round, await ask<Screen>('POST', '/start'));
  } catch {
    show('over', 'No connection', 'Our service could not be reached. Try again in a moment.');
    sign('!', 'No code');
  }
}

setInterval(showClock, 250);

again.addEventListener('click', begin);

// After a restart the television continues its sign-in.
const known = await ask<Screen | null>('GET', '/wait').catch(() => null);
if (known && !known.state.startsWith('idle')) await follow(round, known);
else await begin();
