export const POPUP_NAME = 'tmdb-auth';

/** This page is the popup. The name is lost where a page on the way cut the tie; then it is an ordinary page. */
export const isPopup = () => window.name === POPUP_NAME && window.opener !== null;
