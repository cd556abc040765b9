import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/** What leads a client to a local TMDB over HTTP, as plain data. */
export const settingsFor = ({
  accessToken,
  baseURL,
  webURL,
}: Pick<Sandbox, 'accessToken' | 'baseURL' | 'webURL'>) => ({
  credentials: { accessToken },
  baseURL,
  webURL,
});

/** The same without a network: nothing is on its way that a test would have to wait for. */
export const nearby = (tmdb: Sandbox) => ({ ...settingsFor(tmdb), fetch: tmdb.fetch });
