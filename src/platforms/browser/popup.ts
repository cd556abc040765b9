const PREFIX = 'tmdb-auth.';

/**
 * A name that no other page can aim at, and that is not this window's own: `window.open` with a name that is there
 * already leads that window away.
 */
export const newPopupName = (): string => PREFIX + crypto.getRandomValues(new Uint32Array(3)).join('');

/** This page is the popup. The name is lost where a page on the way cut the tie; then it is an ordinary page. */
export const isPopup = () => window.name.startsWith(PREFIX) && window.opener !== null;
