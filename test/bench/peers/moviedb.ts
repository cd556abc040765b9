import { createRequire } from 'node:module';

interface MovieDb {
  retrieveSession(): Promise<string>;
  accountInfo(): Promise<{ username?: string }>;
}

interface MovieDbModule {
  MovieDb: new (apiKey: string, baseUrl?: string, requestsPerSecond?: number) => MovieDb;
}

/** Not imported statically, as it is installed only by `npm run bench`. */
export const loadMovieDb = () => createRequire(import.meta.url)('moviedb-promise') as MovieDbModule;
