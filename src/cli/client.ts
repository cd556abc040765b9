import { read } from 'read';
import { TmdbAuthError } from '../errors.ts';
import type { Credentials, TmdbAuth } from '../index.ts';
import { createNodeAuth, credentialsFromEnvironment } from '../platforms/node/index.ts';
import type { Invocation } from './invocation.ts';

/** From the environment, else asked for without showing it. Never from an argument: others can read those. */
async function credentials({ output }: Invocation): Promise<Credentials> {
  try {
    return credentialsFromEnvironment();
  } catch (error) {
    if (output.isJson || !process.stdin.isTTY) throw error;
  }
  const secret = await read({
    prompt: 'TMDB API Read Access Token or API Key (themoviedb.org/settings/api): ',
    silent: true,
    replace: '*',
  }).catch(() => {
    throw new TmdbAuthError('cancelled');
  });
  process.stdout.write('\n');
  return secret.startsWith('eyJ') ? { accessToken: secret.trim() } : { apiKey: secret.trim() };
}

/** Runs `use` with a client as the command's options and the environment say, and disposes it. */
export async function withClient<T>(invocation: Invocation, use: (auth: TmdbAuth) => Promise<T>): Promise<T> {
  const { options, output } = invocation;
  using auth = createNodeAuth({
    credentials: await credentials(invocation),
    ...(options.folder && { folder: options.folder }),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.browser === false && { browser: false }),
    onApprovalUrl: (url, isOpen) =>
      process.stderr.write(
        isOpen ? `Approve in the browser, or here: ${url}\n` : `Open this page and approve: ${url}\n`,
      ),
    onWarning: (failure) => {
      if (!output.isJson) process.stderr.write(`${failure.message}\n`);
    },
  });
  return await use(auth);
}

/** Aborts on the first Ctrl-C, so that the sign-in can end cleanly; the second one ends the process as usual. */
export async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await run(interrupt.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
