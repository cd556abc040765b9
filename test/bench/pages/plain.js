/** A page that shows the user’s name and can sign in. `/entry.js` is the measured entry. */
import { createAuth } from '/entry.js';

const auth = createAuth(globalThis.CONFIG);
globalThis.auth = auth;
const button = document.querySelector('button');
const show = ({ status, account }) => {
  button.textContent = account?.username ?? status;
};
auth.subscribe(show);
show(auth.getView());
button.addEventListener('click', () => auth.login());
