/**
 * "Sign in with TMDB" for any app that speaks OpenID Connect: an OpenID provider for Node that asks TMDB.
 * @module tmdb-auth/openid
 */
export { createOpenidProvider, type OpenidProvider } from './create-openid-provider.ts';
export type { OpenidClient, OpenidProviderOptions } from './options.ts';
export type { OpenidTexts } from './texts.ts';
