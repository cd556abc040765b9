/** Requests that clients have handed to the global `fetch`. */
const handedOver = new WeakSet<RequestInit>();

/** The global `fetch` as it is at the call: apps, frameworks and tests replace it. */
export const hostFetch: typeof globalThis.fetch = (input, init) => {
  // The app may use the object it gave for other requests, too.
  const own = { ...init };
  handedOver.add(own);
  return globalThis.fetch(input, own);
};

/** Whether a client has sent this, rather than the app: then `auth.fetch` itself is the global `fetch`. */
export const isHandedOver = (init: RequestInit | undefined): boolean =>
  init !== undefined && handedOver.has(init);
