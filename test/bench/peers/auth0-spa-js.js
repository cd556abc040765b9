/** A redirect and the return, the user, a sign-out. */
import { Auth0Client } from '@auth0/auth0-spa-js';

export const createClient = (options) => new Auth0Client({ ...options, cacheLocation: 'localstorage' });
export const signIn = (client) => client.loginWithRedirect();
export const handleCallback = (client) => client.handleRedirectCallback();
export const userOf = (client) => client.getUser();
export const signOut = (client) => client.logout();
