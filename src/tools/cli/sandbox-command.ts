import { startSandbox } from '../sandbox/index.ts';
import { untilInterrupted } from './client.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { taken } from './taken.ts';

/** Runs a local TMDB and says how to use it, until Ctrl-C. */
export async function sandbox({ options, output }: Invocation): Promise<number> {
  const local = await startSandbox({ ...(options.port !== undefined && { port: options.port }) }).catch(
    taken,
  );
  const environment = {
    TMDB_BASE_URL: local.baseURL,
    TMDB_WEB_URL: local.webURL,
    TMDB_ACCESS_TOKEN: local.accessToken,
  };
  output.json({ url: local.url, apiKey: local.apiKey, accessToken: local.accessToken });
  output.say(`A local TMDB runs at ${local.url}. In another terminal:\n`);
  for (const [name, value] of Object.entries(environment)) output.say(`  export ${name}=${value}`);
  output.say('\n  tmdb-auth login\n\nUser: sandra, password: sandbox. Ctrl-C ends it.');
  await untilInterrupted(
    (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  await local.close();
  return EXIT.done;
}
