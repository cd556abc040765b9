import { createLazyAuth } from '../../../src/platforms/lazy/index.ts';
import type {} from './lazy.ts';

declare global {
  interface Window {
    /** Lends the session to a library that asks TMDB for its account, as a real one would. */
    askAsLibrary(): Promise<string>;
  }
}

const auth = createLazyAuth({ onWarning: () => {}, ...CONFIG });
window.lazy = auth;
window.auth = auth;
window.views = [auth.getView()];
auth.subscribe((view) => window.views.push(view));

window.askAsLibrary = async () => {
  const { withSession } = await import('../../../src/client/unsafe/index.ts');
  return withSession(auth, async ({ sessionId }) => {
    const { baseURL, credentials } = CONFIG as { baseURL: string; credentials: { accessToken: string } };
    const answer = await fetch(`${baseURL}/3/account?session_id=${sessionId}`, {
      headers: { authorization: `Bearer ${credentials.accessToken}` },
    });
    return (await answer.json()).username;
  });
};
