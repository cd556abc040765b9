import { createRequire } from 'node:module';
import { TmdbAuthError } from '../../errors.ts';
import type { SecretsPort } from './secrets-port.ts';

const PACKAGE = '@napi-rs/keyring';
const SERVICE = 'tmdb-auth';

/**
 * Runs in a process of its own: the package blocks its thread while D-Bus or a prompt does not answer, and only a
 * process can be ended then. Linux: the Secret Service alone, as the kernel's keyring, which the package falls back to,
 * is empty after a restart. Bytes instead of a password: Windows has room for half as many characters of that.
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
 * The system's keychain: macOS Keychain, Windows Credential Manager, the Secret Service of a Linux desktop (GNOME
 * Keyring, KWallet, KeePassXC). For the option `secrets`; entries have the service `tmdb-auth`. Needs the package
 * `@napi-rs/keyring`, an optional peer, which is loaded when the keychain is asked. What it cannot do rejects with
 * `storage_unavailable`.
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
  // Before there is a process, which would wait for its input.
  const path = pathOfPackage();
  const { spawn } = await import('node:child_process');
  const { text } = await import('node:stream/consumers');
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    // A debugger that the environment asks for would wait. Electron is told to be Node.
    env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
    killSignal: 'SIGKILL',
    windowsHide: true,
    signal,
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  // It may have ended before it has read.
  child.stdin.on('error', () => {});
  try {
    // By its input: other users of the machine can read arguments.
    child.stdin.end(JSON.stringify({ ...request, path, service: SERVICE }));
    const said = await Promise.race([text(child.stdout), failed]);
    const { value, error } = answerIn(said);
    if (error !== undefined) throw unavailable(`The system's keychain refused: ${error}.`);
    return value;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function answerIn(said: string): { value?: unknown; error?: string } {
  try {
    return JSON.parse(said);
  } catch {
    return { error: 'its helper process ended without an answer' };
  }
}

function pathOfPackage(): string {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch {
    throw unavailable(
      `The system's keychain needs a package that is not installed: npm install ${PACKAGE}. What is kept there stays as it is.`,
    );
  }
}
