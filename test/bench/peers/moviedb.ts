import { createRequire } from 'node:module';

interface MovieDb {
  retrieveSession(): Promise<string>;
  accountInfo(): Promise<{ username?: string }>;
}

interface MovieDbModule {
  MovieDb: new (apiKey: string, baseUrl?: string, requestsPerSecond?: number) => MovieDb;
}

/** Not by an import: it is there only once `npm run bench` has installed it. */
export const loadMovieDb = () => createRequire(import.meta.url)('moviedb-promise') as MovieDbModule;
