import type { Credentials } from '../options.ts';

/* TMDB accepts either in all of v3; only the header keeps the secret out of URLs. */

export const credentialQuery = (credentials: Credentials): Record<string, string> =>
  'apiKey' in credentials ? { api_key: credentials.apiKey } : {};

export const credentialHeaders = (credentials: Credentials): Record<string, string> =>
  'accessToken' in credentials ? { authorization: `Bearer ${credentials.accessToken}` } : {};
