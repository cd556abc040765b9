import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';

declare const CONFIG: Parameters<typeof createBrowserAuth>[0];

/** A page with the plain adapter. Tests drive it through `window.auth` and its one button. */
const overrides = JSON.parse(sessionStorage.getItem('test-options') ?? '{}');
const auth = createBrowserAuth({ ...CONFIG, ...overrides });
const states: string[] = [];
Object.assign(window, { auth, states });

const show = () => {
  const { state, account, failure } = auth.getView();
  states.push(state);
  document.title = state;
  document
    .querySelector('output')
    ?.replaceChildren(`${state} ${account?.username ?? ''} ${failure?.code ?? ''}`);
};
auth.subscribe(show);
show();

document.querySelector('#login')?.addEventListener('click', () => {
  auth.login().catch((error) => console.info(`login: ${error.code}`));
});
document.querySelector('#guest')?.addEventListener('click', () => {
  auth.loginAsGuest().catch((error) => console.info(`guest: ${error.code}`));
});
