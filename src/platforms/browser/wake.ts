const ON_WINDOW = ['focus', 'pageshow', 'online'];
const ON_DOCUMENT = ['visibilitychange', 'resume'];

/**
 * Calls `check` when time may have jumped: the tab was frozen or hidden, the laptop asleep, the network down. Returns
 * a function that stops it.
 */
export function onWake(check: () => void): () => void {
  for (const name of ON_WINDOW) window.addEventListener(name, check);
  for (const name of ON_DOCUMENT) document.addEventListener(name, check);
  return () => {
    for (const name of ON_WINDOW) window.removeEventListener(name, check);
    for (const name of ON_DOCUMENT) document.removeEventListener(name, check);
  };
}
