import { setMaxListeners } from 'node:events';

/** An `AbortController` that any number may listen to. */
export function createEnding(): AbortController {
  const ending = new AbortController();
  try {
    setMaxListeners(0, ending.signal);
  } catch {
    // In a test with a page (happy-dom, jsdom) it is the page's own, which counts no listeners and which Node refuses.
  }
  return ending;
}
