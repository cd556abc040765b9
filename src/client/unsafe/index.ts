/**
 * The one way out of the vault: lends a session's id to a library that needs it.
 * @module tmdb-auth/unsafe
 */
export { type LentSecrets, withSession } from './with-session.ts';
