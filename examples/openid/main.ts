/**
 * "Sign in with TMDB" for apps that know nothing of TMDB, each with the client library of its folder. Uses a local
 * TMDB. `npm run example openid`, or `npm run example openid passport`.
 */
import { APPS, isApp, NAMES } from './apps.ts';

const [name = 'openid-client', ...others] = process.argv.slice(2);
if (!isApp(name) || others.length > 0) {
  const lines = NAMES.map((each) => `  ${each.padEnd(16)} ${APPS[each].uses}`);
  console.error(`npm run example openid takes one of:\n\n${lines.join('\n')}`);
  process.exit(2);
}

// Loaded after the check, as oidc-provider prints a warning on Node 20.
const { start } = await import('./start.ts');
try {
  const { site, issuer, end, close } = await start(name, Number(process.env.PORT ?? '3000'));
  if ('callback' in APPS[name]) console.log(`The app is at ${site}/`);
  console.log(`The OpenID provider is at ${issuer}/.well-known/openid-configuration`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close());
  process.exitCode = await end;
  await close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
