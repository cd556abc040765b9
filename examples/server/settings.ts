import { randomBytes } from 'node:crypto';
import { startSandbox } from 'tmdb-auth/sandbox';
import { type AuthHandler, type AuthHandlerOptions, createAuthHandler } from 'tmdb-auth/server';

/**
 * Reads the environment: PORT (0: any free port), HOST, ORIGIN, SECRETS (comma separated, the newest first) and
 * TMDB_ACCESS_TOKEN. Without a token it starts a local TMDB. Without secrets it makes one for this run, so a restart
 * signs every user out.
 */
export async function readSettings() {
  const { PORT = '3000', HOST = '127.0.0.1', ORIGIN, SECRETS, TMDB_ACCESS_TOKEN } = process.env;
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) wrongUse('PORT is a number from 0 to 65535.');
  const local = TMDB_ACCESS_TOKEN ? null : await startSandbox();
  if (local) console.log('No TMDB_ACCESS_TOKEN is set: this uses a local TMDB, which asks for no password.');
  const options = {
    credentials: { accessToken: TMDB_ACCESS_TOKEN ?? local?.accessToken ?? '' },
    ...(local && { baseURL: local.baseURL, webURL: local.webURL }),
    secrets: SECRETS?.split(',') ?? [randomBytes(32).toString('base64')],
  } satisfies Omit<AuthHandlerOptions, 'origin'>;
  return {
    port: Number(PORT),
    hostname: HOST,
    /** The origin that users see. Behind a proxy it differs from the address the server listens on. */
    originAt: (port: number) => ORIGIN ?? `http://${HOST}:${port}`,
    options,
    close: async () => local?.close(),
  };
}

/** Prints one line that says what to do, and exits. */
function wrongUse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Makes the site's handler, or exits and says which setting is wrong. */
export function makeHandler(options: AuthHandlerOptions): AuthHandler {
  try {
    return createAuthHandler(options);
  } catch (error) {
    return wrongUse(`${(error as Error).message} (Settings: ORIGIN, SECRETS, TMDB_ACCESS_TOKEN.)`);
  }
}

/** Handles the error of a server that cannot listen. */
export const onTaken = ({ code, message }: NodeJS.ErrnoException) =>
  wrongUse(
    code === 'EADDRINUSE'
      ? 'That port is taken: set PORT to another, or to 0 for any that is free.'
      : message,
  );

/** Runs `stop` once, at the first SIGTERM or SIGINT. */
export function onStop(stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop().then(() => console.log('Ended.'));
    });
  }
}
