import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

/** A page with the plain adapter. Tests drive it through `window.auth` and its buttons. */
window.states = [];
window.ends = [];
window.warnings = [];
const create = () => createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...CONFIG });
const auth = create();
window.auth = auth;
window.another = create;

const show = () => {
  const { state, account, failure } = auth.getView();
  window.states.push(state);
  document.title = state;
  document
    .querySelector('output')
    ?.replaceChildren(`${state} ${account?.username ?? ''} ${failure?.code ?? ''}`);
};
auth.subscribe(show);
show();

onClick('#login', () => note('login', auth.login()));
onClick('#guest', () => note('guest', auth.loginAsGuest()));
