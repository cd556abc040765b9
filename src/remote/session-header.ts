/** With a request to TMDB: the session that the page shows, by when the server says it was made. */
export const SESSION_HEADER = 'tmdb-auth-session';
export const NO_SESSION = 'none';
