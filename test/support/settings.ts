import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/** What leads a client to a local TMDB. */
export const settingsFor = ({
  accessToken,
  baseURL,
  webURL,
}: Pick<Sandbox, 'accessToken' | 'baseURL' | 'webURL'>) => ({
  credentials: { accessToken },
  baseURL,
  webURL,
});
