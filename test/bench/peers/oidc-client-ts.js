/** A redirect and the return, the user stored in Web storage, a sign-out. */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';

export const createClient = (settings) =>
  new UserManager({ ...settings, userStore: new WebStorageStateStore({ store: localStorage }) });
export const signIn = (client) => client.signinRedirect();
export const handleCallback = (client) => client.signinRedirectCallback();
export const signOut = (client) => client.signoutRedirect();
