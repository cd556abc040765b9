import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { launchChromium, serve } from '../browser/chromium.ts';
import type { Settings } from './checks/world.ts';
import { LIMIT, start } from './child.ts';
import { programOf } from './programs/program-of.ts';

/** The project with the installed package and the checks. */
export interface Stage {
  folder: string;
  write(name: string, text: string): void;
  settings: Settings;
  /** Hosts that the runtime has to reach, such as `127.0.0.1:1234`. */
  hosts: string[];
  /** A port on 127.0.0.1 for its own server. */
  port: number;
}

/** Runs the checks in a runtime, and resolves when it has ended. Rejects if the runtime itself failed. */
export type Host = (stage: Stage) => Promise<void>;

/** The checks are bundled into this one file, which imports the package by name, as the runtime resolves it. */
export const CHECKS = 'checks.js';

const playing = ({ settings }: Stage) => `play(${JSON.stringify(settings)}, mount)`;

/** The code that mounts the handler on the runtime's own server. */
const SERVERS = {
  node: `import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
const serve = async (handle) => {
  const server = createServer(getRequestListener(handle));
  await new Promise((resolve) => server.listen(PORT, '127.0.0.1', resolve));
  return () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
};`,
  bun: `const serve = async (handle) => {
  const server = Bun.serve({ hostname: '127.0.0.1', port: PORT, fetch: handle });
  return () => server.stop(true);
};`,
  deno: `const serve = async (handle) => {
  const server = Deno.serve({ hostname: '127.0.0.1', port: PORT, onListen() {} }, (request) => handle(request));
  return () => server.shutdown();
};`,
};

/** A program has to end by itself after the last check, unless something of ours keeps it alive. In ms. */
const PATIENCE = 10_000;

const asProgram =
  (program: () => string, server: keyof typeof SERVERS, args: (stage: Stage) => string[] = () => []): Host =>
  async (stage) => {
    const main = `import { play } from './${CHECKS}';
const PORT = ${stage.port};
${SERVERS[server]}
const mount = { origin: \`http://127.0.0.1:\${PORT}\`, serve };
await ${playing(stage)};
console.log('played');
`;
    stage.write('main.js', main);
    const { child, ended, stop } = start(program(), [...args(stage), 'main.js'], stage.folder);
    let patience: NodeJS.Timeout | undefined;
    child.stdout?.on('data', (text) => {
      if (/^played$/m.test(text)) patience = setTimeout(stop, PATIENCE);
    });
    const wrong = await ended;
    clearTimeout(patience);
    if (wrong) throw new Error(wrong);
  };

/** For runtimes that resolve no packages: their users bundle, too. */
function bundle({ folder, write }: Stage, entry: string, conditions: string[]): string {
  write('entry.js', entry);
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'entry.js')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions,
  });
  return outputFiles[0]?.text ?? '';
}

/** The oldest date at which `fetch` knows `cache`. */
const COMPATIBILITY_DATE = '2024-11-11';

const WORKERD = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "checks", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "checks")],
);
`;

const workerd: Host = async (stage) => {
  const program = programOf('workerd');
  const worker = `import { play } from './${CHECKS}';
let mounted;
const serve = async (handle) => { mounted = handle; return () => {}; };
export default {
  async fetch(request) {
    const { origin, pathname } = new URL(request.url);
    if (pathname !== '/') return mounted(request);
    const mount = { origin, serve };
    await ${playing(stage)};
    return new Response('played');
  },
};
`;
  stage.write('worker.js', bundle(stage, worker, ['workerd', 'worker', 'module']));
  stage.write('workerd.capnp', WORKERD);
  // workerd writes its port to this stream.
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
  const { child, ended, stop } = start(program, ['serve', '--control-fd=3', 'workerd.capnp'], stage.folder, {
    stdio: [...stdio],
  });
  const listening = new Promise<number>((resolve) => {
    child.stdio[3]?.once('data', (line) => resolve(JSON.parse(line).port));
  });
  const never = ended.then((wrong) => Promise.reject(new Error(wrong ?? 'It ended before it had played.')));
  try {
    const port = await Promise.race([listening, never]);
    const played = fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(LIMIT) });
    const response = await Promise.race([played, never]);
    if (!response.ok) throw new Error(`The worker answered ${response.status}: ${await response.text()}`);
  } finally {
    never.catch(() => {});
    await stop();
  }
};

const chromium: Host = async (stage) => {
  const page = `import { play } from './${CHECKS}';\nlet mount;\nawait ${playing(stage)};\ndocument.title = 'played';\n`;
  const script = bundle(stage, page, ['browser', 'module']);
  const site = await serve((path) =>
    path === '/page.js'
      ? { type: 'text/javascript', text: script }
      : { type: 'text/html', text: '<!doctype html><script type="module" src="/page.js"></script>' },
  );
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    const broken = new Promise<never>((_, reject) => tab.once('pageerror', reject));
    // It may reject before the race awaits it.
    broken.catch(() => {});
    await tab.goto(site.url);
    await Promise.race([
      tab.waitForFunction(() => document.title === 'played', null, { timeout: LIMIT }),
      broken,
    ]);
  } finally {
    await browser.close();
    site.close();
  }
};

export const HOSTS = {
  node20: asProgram(() => programOf('node-20'), 'node'),
  node22: asProgram(() => programOf('node-22'), 'node'),
  node24: asProgram(() => programOf('node-24'), 'node'),
  bun: asProgram(() => programOf('bun'), 'bun'),
  deno: asProgram(
    () => programOf('deno'),
    'deno',
    ({ hosts, port }) => ['run', '--no-prompt', `--allow-net=${hosts},127.0.0.1:${port}`],
  ),
  workerd,
  chromium,
} satisfies Record<string, Host>;
