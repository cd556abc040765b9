import { createRequire } from 'node:module';
import { TmdbAuthError } from '../../errors.ts';
import type { SecretsPort } from './secrets-port.ts';

const PACKAGE = '@napi-rs/keyring';
const SERVICE = 'tmdb-auth';

/**
 * Runs in a process of its own: the package blocks its thread while D-Bus or a prompt does not answer, and only a
 * process can be killed then. On Linux only the Secret Service: the package would fall back to the kernel's keyring,
 * which is empty after a restart. Stores bytes rather than a password, of which Windows holds only half as many
 * characters.
 */
const PROGRAM = `
const { path, service, job, name, secret } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
async function run() {
  const { AsyncEntry, findCredentialsAsync } = require(path);
  if (job === 'list') return (await findCredentialsAsync(service)).map(({ account }) => account);
  const entry = new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
  if (job === 'set') return entry.setSecret(Buffer.from(secret));
  if (job === 'remove') return entry.deleteCredential();
  const bytes = await entry.getSecret();
  return bytes && Buffer.from(bytes).toString();
}
run().then(
  (value) => console.log(JSON.stringify({ value })),
  ({ message }) => console.log(JSON.stringify({ error: String(message).split('\\n')[0] })),
);
`;

const unavailable = (message: string) => new TmdbAuthError('storage_unavailable', { message });

interface Request {
  job: 'get' | 'set' | 'remove' | 'list';
  name?: string;
  secret?: string;
}

/**
 * The system's keychain, for the option `secrets`: macOS Keychain, Windows Credential Manager, the Secret Service of
 * a Linux desktop (GNOME Keyring, KWallet, KeePassXC). Entries have the service `tmdb-auth`. Needs the optional peer
 * `@napi-rs/keyring`, which is loaded at the first use. Its methods reject with `storage_unavailable`.
 *
 * @example
 * ```ts
 * import { createNodeAuth, keychain } from 'tmdb-auth/node';
 *
 * using auth = createNodeAuth({ secrets: keychain() });
 * ```
 */
export function keychain(): SecretsPort {
  return {
    get: async (name, signal) => (await ask({ job: 'get', name }, signal)) as string | null,
    async set(name, secret, signal) {
      await ask({ job: 'set', name, secret }, signal);
    },
    async remove(name, signal) {
      await ask({ job: 'remove', name }, signal);
    },
    list: async (signal) => (await ask({ job: 'list' }, signal)) as string[],
  };
}

async function ask(request: Request, signal: AbortSignal): Promise<unknown> {
  // May throw, so before a process starts and waits for its input.
  const path = pathOfPackage();
  const { spawn } = await import('node:child_process');
  const { text } = await import('node:stream/consumers');
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    // `NODE_OPTIONS` could start a debugger, which would wait. Electron has to run as Node.
    env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
    killSignal: 'SIGKILL',
    windowsHide: true,
    signal,
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  // The process may end before it has read its input.
  child.stdin.on('error', () => {});
  try {
    // Through stdin: other users of the machine can read arguments.
    child.stdin.end(JSON.stringify({ ...request, path, service: SERVICE }));
    const output = await Promise.race([text(child.stdout), failed]);
    const { value, error } = answerIn(output);
    if (error !== undefined) throw unavailable(`The system's keychain refused: ${error}.`);
    return value;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function answerIn(output: string): { value?: unknown; error?: string } {
  try {
    return JSON.parse(output);
  } catch {
    return { error: 'its helper process ended without an answer' };
  }
}

function pathOfPackage(): string {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch {
    throw unavailable(
      `The system's keychain needs a package that is not installed: npm install ${PACKAGE}. Entries in the keychain stay as they are.`,
    );
  }
}
