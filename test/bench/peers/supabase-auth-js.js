/** A redirect to a provider and the return, the session stored in Web storage, a sign-out. */
import { AuthClient } from '@supabase/auth-js';

export const createClient = (url) => new AuthClient({ url, storage: localStorage, detectSessionInUrl: true });
export const signIn = (client, provider) => client.signInWithOAuth({ provider });
export const subscribe = (client, listener) => client.onAuthStateChange(listener);
export const signOut = (client) => client.signOut();
