/**
 * How do I watch my sign-in in an inspector? Any of these, and only in development:
 *
 *     const auth = createBrowserAuth({ credentials, mode: 'popup' });
 *
 *     if (process.env.NODE_ENV !== 'production' && !window.opener) {
 *       const { connectClassicInspector, connectStatelyInspector, connectViewer } = await import('tmdb-auth/inspect');
 *       const { createBrowserInspector } = await import('@statelyai/inspect');
 *       const { inspect } = await import('@xstate/inspect');
 *       connectStatelyInspector(auth, createBrowserInspector({ serializationDepthLimit: 20 }));
 *       connectClassicInspector(auth, inspect, { iframe: false });
 *       connectViewer(auth); // shown by: npx tmdb-auth inspect --allow http://localhost:5173
 *     }
 *
 * With `mode: 'popup'` the page stays, and so does what the inspectors show. The popup comes back to this page, too: with
 * an opener, and it has nothing to show. Here the inspectors are in frames, and without `?hosted` the first two are pages
 * of this folder instead of stately.ai's.
 */
import { type CreateBrowserAuthOptions, createBrowserAuth } from '../../src/platforms/browser/index.ts';
import { showSignIn } from './sign-in.ts';

/** Put here by `server.ts`. */
declare const TMDB: CreateBrowserAuthOptions;

const auth = createBrowserAuth({ ...TMDB, mode: 'popup' });
showSignIn(auth);

if (process.env.NODE_ENV !== 'production' && !window.opener) {
  const { offerPanes, showInspectors } = await import('./inspectors.ts');
  offerPanes();
  await showInspectors(auth);
}
