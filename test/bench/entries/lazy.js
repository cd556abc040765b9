/** The same client, which loads the engine only when it is needed. */
export * from 'tmdb-auth/lazy';
