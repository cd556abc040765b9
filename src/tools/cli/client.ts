import { waitFor } from 'xstate';
import { TmdbAuthError } from '../../errors.ts';
import type { Credentials, Failure, TmdbAuth } from '../../index.ts';
import { API_KEY } from '../../options.ts';
import { type CreateNodeAuthOptions, createNodeAuth } from '../../platforms/node/create-node-auth.ts';
import { credentialsFromEnvironment, meantBy } from '../../platforms/node/environment.ts';
import { ignoredProxy } from '../../platforms/node/proxy.ts';
import type { Invocation } from './invocation.ts';
import { chosen } from './settings.ts';

/**
 * Prompts on stderr, as stdout may be a pipe, and masks the input: `terminal: true` turns off the terminal's own
 * echo. Ctrl-C and Ctrl-D cancel; `read` reports Ctrl-D only by pausing stdin.
 */
async function ask(prompt: string): Promise<string> {
  const { read } = await import('read');
  const { stdin, stderr } = process;
  let callOff = () => {};
  const calledOff = new Promise<never>((_, reject) => {
    callOff = () => void setImmediate(reject);
    stdin.once('pause', callOff);
  });
  const asked = read({ prompt, silent: true, replace: '*', output: stderr, terminal: true });
  try {
    return await Promise.race([asked, calledOff]);
  } catch {
    throw new TmdbAuthError('cancelled', { message: 'Cancelled.' });
  } finally {
    stdin.off('pause', callOff);
    stderr.write('\n');
  }
}

/** Prompts in a terminal, else reads the first line of stdin. Never an argument: other users can read those. */
export async function password(): Promise<string> {
  if (process.stdin.isTTY) return ask('TMDB password: ');
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part;
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

/** From the environment, else from a masked prompt. Never from an argument: other users can read those. */
async function credentials({ output }: Invocation): Promise<Credentials> {
  try {
    return credentialsFromEnvironment();
  } catch (error) {
    if (output.isJson || !process.stdin.isTTY) throw error;
  }
  const typed = await ask('TMDB API Read Access Token or API Key (themoviedb.org/settings/api): ');
  const secret = meantBy(typed);
  if (secret.startsWith('eyJ')) return { accessToken: secret };
  if (API_KEY.test(secret)) return { apiKey: secret };
  throw new TmdbAuthError('invalid_credentials', {
    message: 'This is neither an API key nor a Read Access Token.',
  });
}

/** For commands that only read the record: they never ask TMDB, so a dummy credential is enough. */
const READS_ONLY = {
  credentials: { apiKey: '0'.repeat(32) },
  fetch: () => new Promise<never>(() => {}),
};

interface Use extends Partial<CreateNodeAuthOptions> {
  readsOnly?: boolean;
}

/**
 * Runs `use` with a client made from the command's options and the environment, overridden by `own`, and disposes it.
 */
export async function withClient<T>(
  invocation: Invocation,
  use: (auth: TmdbAuth) => Promise<T>,
  { readsOnly = false, ...own }: Use = {},
): Promise<T> {
  const { options, output } = invocation;
  const connectViewer = options.inspect && (await import('../inspect/node/index.ts')).connectViewer;
  using auth = createNodeAuth({
    ...(readsOnly ? READS_ONLY : { credentials: own.credentials ?? (await credentials(invocation)) }),
    ...(options.folder && { folder: options.folder }),
    ...(await chosen(invocation)),
    sharedFolder: options.sharedFolder === true,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.v4 && { apiVersion: 4 as const }),
    ...((options.browser === false || options.qr) && { browser: false }),
    onApprovalUrl(url, isOpen) {
      const what = isOpen ? 'Approve in the browser, or here' : 'Open this page and approve';
      output.note(`${what}: ${url}`, true);
      const isSeen = !isOpen && process.stderr.isTTY && !output.isJson;
      if (options.qr || isSeen) void output.qr(url);
    },
    // The command fails with the same message.
    onWarning: ({ code, message }) => code !== 'record_newer' && output.note(message),
    ...own,
  });
  if (connectViewer)
    connectViewer(auth, {
      ...(typeof options.inspect === 'string' && { url: options.inspect }),
      name: `tmdb-auth ${invocation.name} (${process.pid})`,
      onWarning: (message) => output.note(message),
    });
  try {
    return await use(auth);
  } catch (error) {
    // Behind a firewall that allows only the proxy, packets may be dropped rather than refused: a timeout.
    const hint = TmdbAuthError.is(error) && error.code === 'timeout' && ignoredProxy();
    if (hint) output.note(hint);
    throw error;
  }
}

/** The record cannot be read or written, so no change would be saved. */
export const isUnusable = ({ code }: Failure) => code === 'storage_unavailable' || code === 'record_newer';

/**
 * Runs `use` once the client has read the record. Throws if the record is unusable: the state would be wrong, and a
 * sign-in would not be saved.
 */
export const withRecord = (invocation: Invocation, use: (auth: TmdbAuth) => Promise<number>, how?: Use) =>
  withClient(
    invocation,
    async (auth) => {
      await waitFor(auth.actor, (snapshot) => !snapshot.matches('restoring'));
      const { failure } = auth.getView();
      if (failure && isUnusable(failure)) throw new TmdbAuthError(failure);
      return use(auth);
    },
    how,
  );
