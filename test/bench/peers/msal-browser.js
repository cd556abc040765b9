/** A redirect and the return, the accounts stored in Web storage, a sign-out. */
import { PublicClientApplication } from '@azure/msal-browser';

export const createClient = (auth) =>
  new PublicClientApplication({ auth, cache: { cacheLocation: 'localStorage' } });
export const signIn = (client) => client.loginRedirect();
export const handleCallback = (client) => client.handleRedirectPromise();
export const signOut = (client) => client.logoutRedirect();
