/** A popup, the user stored in Web storage, a sign-out; only the needed parts, as its documentation advises. */
import { initializeApp } from 'firebase/app';
import {
  browserLocalPersistence,
  browserPopupRedirectResolver,
  GoogleAuthProvider,
  initializeAuth,
  onAuthStateChanged,
  signInWithPopup,
  signOut,
} from 'firebase/auth';

export const createClient = (options) =>
  initializeAuth(initializeApp(options), {
    persistence: browserLocalPersistence,
    popupRedirectResolver: browserPopupRedirectResolver,
  });
export const signIn = (client) => signInWithPopup(client, new GoogleAuthProvider());
export { onAuthStateChanged, signOut };
