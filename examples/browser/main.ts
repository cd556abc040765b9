import { type CreateBrowserAuthOptions, createBrowserAuth } from 'tmdb-auth/browser';

/** Vite puts the options here (`define`). */
declare const TMDB: CreateBrowserAuthOptions;

const auth = createBrowserAuth(TMDB);

const actions = {
  login: () => auth.login(),
  loginAsGuest: () => auth.loginAsGuest(),
  retry: () => auth.retry(),
  cancel: () => auth.cancel(),
  logout: () => auth.logout(),
};

const SENTENCES = {
  signedOut: 'Nobody is signed in.',
  pending: 'One moment …',
  guest: 'You are a guest.',
  user: 'You are signed in.',
};

const find = <Part extends HTMLElement>(selector: string) => document.querySelector(selector) as Part;
const page = find('main');
const sentence = find('[role=status]');
const reason = find('.reason');
const toTmdb = find<HTMLAnchorElement>('a');
const code = find('code');
const buttons = [...document.querySelectorAll<HTMLButtonElement>('button')].map((button) => ({
  button,
  name: button.dataset.do as keyof typeof actions,
}));

function show() {
  const { status, account, state, failure, can } = auth.getView();
  const { approvalUrl } = auth;
  page.dataset.status = status;
  sentence.textContent =
    status === 'user' && account
      ? `You are signed in as ${account.name || account.username}.`
      : approvalUrl
        ? 'TMDB is waiting for your approval.'
        : SENTENCES[status];
  reason.textContent = failure?.message ?? '';
  code.textContent = state;
  toTmdb.hidden = !approvalUrl;
  toTmdb.href = approvalUrl ?? '';
  for (const { button, name } of buttons) button.hidden = !can[name];
}

for (const { button, name } of buttons) {
  button.addEventListener('click', () => {
    // `show` tells why an action failed: the reason is in the view.
    actions[name]().catch(() => {});
  });
}

auth.subscribe(show);
show();
