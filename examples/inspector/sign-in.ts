import type { TmdbAuth } from '../../src/index.ts';

const says = {
  signedOut: 'Nobody is signed in.',
  pending: 'One moment …',
  guest: 'You are a guest.',
  user: 'You are signed in.',
};

/** Connects the page's buttons and its status line. */
export function showSignIn(auth: TmdbAuth): void {
  const actions = {
    login: () => auth.login(),
    loginAsGuest: () => auth.loginAsGuest(),
    retry: () => auth.retry(),
    cancel: () => auth.cancel(),
    logout: () => auth.logout(),
  };
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-do]')].map((button) => ({
    button,
    name: button.dataset.do as keyof typeof actions,
  }));
  const status = document.querySelector('[role=status]');

  const show = () => {
    const { status: who, state, failure, can } = auth.getView();
    status?.replaceChildren(`${says[who]} ${failure?.message ?? ''} (${state})`);
    for (const { button, name } of buttons) button.hidden = !can[name];
  };
  // Why something did not work is in the view.
  for (const { button, name } of buttons)
    button.addEventListener('click', () => void actions[name]().catch(() => {}));
  auth.subscribe(show);
  show();
}
