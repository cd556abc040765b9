/**
 * The one way out of the vault: a session's id, for a library that has to have it.
 * @module tmdb-auth/unsafe
 */
export { type LentSecrets, withSession } from './with-session.ts';
