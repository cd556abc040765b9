/** Sent with a request to TMDB: the session that the page shows, by its time of creation at the server. */
export const SESSION_HEADER = 'tmdb-auth-session';
export const NO_SESSION = 'none';
