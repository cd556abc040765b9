/** The real TMDB. */
export const TMDB = { baseURL: 'https://api.themoviedb.org', webURL: 'https://www.themoviedb.org' } as const;

/** Both names lead to the same TMDB; some networks block the first. */
const IS_TMDB = /^https:\/\/api\.(themoviedb|tmdb)\.org$/;

/** The default storage key of a record for the TMDB at that origin. */
export const storageNameOf = (origin: string): string =>
  IS_TMDB.test(origin) ? 'tmdb-auth' : `tmdb-auth-${origin.split('//')[1]?.replace(/[^\w.-]+/g, '-')}`;

const HTTPS = /^https:\/\/[^\s@]+$/;
const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** Whether credentials may be sent to that origin. */
export const isSafe = (origin: string): boolean => HTTPS.test(origin) || LOOPBACK.test(origin);
