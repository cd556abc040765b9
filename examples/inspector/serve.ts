/** `tsx examples/inspector/serve.ts`: a sign-in to a local TMDB, in three inspectors. */
import { parseArgs } from 'node:util';
import { type ServeOptions, serveInspectorExample } from './server.ts';

const USAGE = `tsx examples/inspector/serve.ts [--port PORT]

  --port PORT  on 127.0.0.1 (default: any that is free)
  --help       this text

All three panes are pages of this computer. With ?hosted the first two are stately.ai's own (needs the internet).`;

const HIGHEST_PORT = 65_535;

function wrongUsage(message: string): never {
  console.error(`inspector: ${message}\n\n${USAGE}`);
  process.exit(2);
}

function readArguments(): ServeOptions & { help: boolean } {
  const options = { port: { type: 'string' }, help: { type: 'boolean', default: false } } as const;
  try {
    const { port, help } = parseArgs({ options }).values;
    if (port === undefined) return { help, watch: true };
    if (!/^\d+$/.test(port) || Number(port) > HIGHEST_PORT)
      wrongUsage(`--port is a number from 0 to ${HIGHEST_PORT}, not “${port}”.`);
    return { help, watch: true, port: Number(port) };
  } catch (error) {
    return wrongUsage((error as Error).message);
  }
}

const { help, ...options } = readArguments();
if (help) {
  console.log(USAGE);
  process.exit();
}

const served = await serveInspectorExample(options).catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE';
  console.error(isTaken ? `inspector: port ${options.port} is taken.` : error);
  process.exit(1);
});

console.log(`\n  ${served.url}\n\nPress “Sign in with TMDB”, then Allow or Deny, and watch. Ctrl-C ends it.
All three panes are local. Add ?hosted to use the inspectors of stately.ai (needs the internet).`);

const end = async () => {
  process.off('SIGINT', end).off('SIGTERM', end);
  await served.close();
  console.log('\nEnded.');
};
process.on('SIGINT', end).on('SIGTERM', end);
