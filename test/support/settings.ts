import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/** The options with which a client uses a local TMDB over HTTP, as plain data. */
export const settingsFor = ({
  accessToken,
  baseURL,
  webURL,
}: Pick<Sandbox, 'accessToken' | 'baseURL' | 'webURL'>) => ({
  credentials: { accessToken },
  baseURL,
  webURL,
});

/** The same without a network, so that a test need not wait for requests under way. */
export const nearby = (tmdb: Sandbox) => ({ ...settingsFor(tmdb), fetch: tmdb.fetch });
