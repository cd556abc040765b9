const PREFIX = 'tmdb-auth.';

/**
 * A random name: `window.open` with the name of an existing window navigates that window, and no other page should be
 * able to guess ours.
 */
export const newPopupName = (): string => PREFIX + crypto.getRandomValues(new Uint32Array(3)).join('');

/**
 * Whether this page is our popup. If a page on the way cut the tie to the opener, the name is lost and this is an
 * ordinary page.
 */
export const isPopup = () => window.name.startsWith(PREFIX) && window.opener !== null;
