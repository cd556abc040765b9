/** Requests that clients have passed to the global `fetch`. */
const handedOver = new WeakSet<RequestInit>();

/** The global `fetch` at the time of the call: apps, frameworks and tests replace it. */
export const hostFetch: typeof globalThis.fetch = (input, init) => {
  // The app may use its object for other requests, too.
  const own = { ...init };
  handedOver.add(own);
  return globalThis.fetch(input, own);
};

/**
 * Whether a client sent this request: if the app has made `auth.fetch` its global `fetch`, it would otherwise call
 * itself.
 */
export const isHandedOver = (init: RequestInit | undefined): boolean =>
  init !== undefined && handedOver.has(init);
