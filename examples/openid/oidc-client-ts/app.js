import { ErrorResponse, UserManager } from 'oidc-client-ts';
import { authority, client_id } from '/settings.js';

const users = new UserManager({
  authority,
  client_id,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile',
  revokeTokensOnSignout: true,
});
// The library renews tokens a minute before they expire, so that this happens only when the provider refused.
users.events.addAccessTokenExpired(async () => {
  await users.removeUser();
  show(null);
});

const heading = document.querySelector('h1');
const notice = document.querySelector('p');
const button = document.querySelector('button');

function show(user, problem = '') {
  heading.textContent = user ? `Good evening, ${user.profile.name}` : 'Evening Reel';
  notice.textContent = problem;
  notice.hidden = !problem;
  button.textContent = user ? 'Sign out' : 'Sign in with TMDB';
  button.onclick = () =>
    (user ? users.signoutRedirect() : users.signinRedirect({ nonce: crypto.randomUUID() })).catch((error) =>
      show(user, textOf(error)),
    );
  button.hidden = false;
}

const textOf = (error) =>
  error instanceof ErrorResponse && error.error === 'access_denied'
    ? 'You did not allow it.'
    : `That failed: ${error.message}`;

try {
  if (location.pathname === '/callback') {
    const { href } = location;
    // First, so that a reload does not use the code again.
    history.replaceState(null, '', '/');
    show(await users.signinCallback(href));
  } else {
    const user = await users.getUser();
    show(user?.expired ? null : user);
  }
} catch (error) {
  show(null, textOf(error));
}
