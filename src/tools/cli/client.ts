import { waitFor } from 'xstate';
import { TmdbAuthError } from '../../errors.ts';
import type { Credentials, Failure, TmdbAuth } from '../../index.ts';
import { type CreateNodeAuthOptions, createNodeAuth } from '../../platforms/node/create-node-auth.ts';
import { API_KEY, credentialsFromEnvironment, meantBy } from '../../platforms/node/environment.ts';
import { ignoredProxy } from '../../platforms/node/proxy.ts';
import type { Invocation } from './invocation.ts';
import { chosen } from './settings.ts';

/**
 * Asks without showing what is typed, wherever stdout goes: on stderr, and as in a terminal, as only that keeps the
 * terminal itself from showing it. Ctrl-C and Ctrl-D call it off; of the latter only the pause of stdin tells.
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

/** Asked for in a terminal, else the first line of the standard input. Never an argument: others can read those. */
export async function password(): Promise<string> {
  if (process.stdin.isTTY) return ask('TMDB password: ');
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part;
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

/** From the environment, else asked for without showing it. Never from an argument: others can read those. */
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
  throw new TmdbAuthError('invalid_credentials', { message: 'That is no API key and no Read Access Token.' });
}

/** For a command that only reads what is stored here: it asks TMDB nothing, so it needs no credential. */
const READS_ONLY = {
  credentials: { apiKey: '0'.repeat(32) },
  fetch: () => new Promise<never>(() => {}),
};

interface Use extends Partial<CreateNodeAuthOptions> {
  readsOnly?: boolean;
}

/** Runs `use` with a client as the command's options and the environment say, or `own`, and disposes it. */
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
    // A newer record is the error that the command ends with.
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
    // A firewall that only lets a proxy out may drop what is sent instead of refusing it.
    const hint = TmdbAuthError.is(error) && error.code === 'timeout' && ignoredProxy();
    if (hint) output.note(hint);
    throw error;
  }
}

/** The record cannot be read or written, so nothing that is true now would be kept. */
export const isUnusable = ({ code }: Failure) => code === 'storage_unavailable' || code === 'record_newer';

/** Uses a client once it has read the record. Throws if it cannot: no answer would be true, no sign-in kept. */
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
