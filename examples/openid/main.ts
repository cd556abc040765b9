/**
 * "Sign in with TMDB" for two apps that know nothing of TMDB: a site, and a television with a code of eight letters.
 * Uses a local TMDB. `npm run example openid`
 */
import { start } from './start.ts';

const { site, issuer, close } = await start(Number(process.env.PORT ?? '3000'));
console.log(`The site is at ${site}/ and the OpenID provider at ${issuer}/.well-known/openid-configuration`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close());
