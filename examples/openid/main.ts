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
const port = Number(process.env.PORT ?? '3000');
try {
  const { site, issuer, end, close } = await start(name, port);
  if ('callback' in APPS[name]) console.log(`The app is at ${site}/`);
  console.log(`The OpenID provider is at ${issuer}/.well-known/openid-configuration`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close());
  process.exitCode = await end;
  await close();
} catch (error) {
  console.error(textOf(error));
  process.exitCode = 1;
}

function textOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, port: used } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return error.message;
  return `Port ${used} is in use. PORT=${port + 1000} npm run example openid ${name} uses others.`;
}
