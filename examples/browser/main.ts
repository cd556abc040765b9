import { type CreateBrowserAuthOptions, createBrowserAuth } from 'tmdb-auth/browser';

/** Inserted by Vite (`define`). */
declare const TMDB: CreateBrowserAuthOptions;

const auth = createBrowserAuth(TMDB);

const actions = {
  login: () => auth.login(),
  loginAsGuest: () => auth.loginAsGuest(),
  retry: () => auth.retry(),
  cancel: () => auth.cancel(),
  logout: () => auth.logout(),
};

const says = {
  signedOut: 'Nobody is signed in.',
  pending: 'One moment …',
  guest: 'You are a guest.',
  user: 'You are signed in',
};

const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-do]')].map((button) => ({
  button,
  name: button.dataset.do as keyof typeof actions,
}));
const status = document.querySelector('[role=status]');

function show() {
  const { status: who, account, state, failure, can } = auth.getView();
  const name = account && who === 'user' ? ` as ${account.name || account.username}.` : '';
  status?.replaceChildren(`${says[who]}${name} ${failure?.message ?? ''} (${state})`);
  for (const { button, name } of buttons) button.hidden = !can[name];
}

// The view contains the failure.
for (const { button, name } of buttons)
  button.addEventListener('click', () => void actions[name]().catch(() => {}));

auth.subscribe(show);
show();
