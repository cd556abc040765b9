import { isLoopback } from '../sandbox/control/guard.ts';
import { SANDBOX_CREDENTIALS, type Sandbox, startSandbox } from '../sandbox/index.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { openState } from './sandbox-state.ts';
import { taken } from './taken.ts';

const PASSWORD = 'sandbox';

/** Runs a local TMDB until Ctrl-C, and prints how to use it. */
export async function sandbox({ options, output }: Invocation): Promise<number> {
  const { host = '127.0.0.1', control = isLoopback(host), port } = options;
  const users = [...new Set(options.user)].map((username) => ({ username, password: PASSWORD }));
  const state =
    options.state === undefined ? null : await openState(options.state, (text) => output.note(text, true));
  const local: Sandbox = await startSandbox({
    ...SANDBOX_CREDENTIALS,
    host,
    control,
    ...(port !== undefined && { port }),
    ...(users.length > 0 && { users }),
    ...(state?.found && { state: state.found }),
    afterRequest: () => state?.save(local.save),
  }).catch(taken);
  try {
    await state?.begin(local.save());
    tell(local, control, output);
    await untilInterrupted(
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
  } finally {
    await local.close();
    await state?.save(local.save);
  }
  return EXIT.done;
}

function tell(local: Sandbox, control: boolean, { json, say }: Invocation['output']): void {
  const { url, apiKey, accessToken } = local;
  const environment = { TMDB_BASE_URL: url, TMDB_WEB_URL: url, TMDB_ACCESS_TOKEN: accessToken };
  json({ url, apiKey, accessToken, control });
  say(`A local TMDB runs at ${url}. In another terminal:`);
  say('');
  for (const [name, value] of Object.entries(environment)) say(`  export ${name}=${value}`);
  const names = local.users().map(({ username }) => username);
  for (const line of ['', '  npx tmdb-auth login', '']) say(line);
  say(`${names.length > 1 ? 'Users' : 'User'}: ${names.join(', ')}; password: ${PASSWORD}.`);
  say(
    control
      ? `Open ${url} to see its requests. Tests control it at ${url}/_sandbox.`
      : 'Control over HTTP is off. --control turns it on, for everyone who can reach this address.',
  );
  say('Ctrl-C ends it.');
}
