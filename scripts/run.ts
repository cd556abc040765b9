/**
 * Runs a command by its group and name: `npm run bench server`. Further arguments are passed on. Without a name it
 * runs the group's default command. An unknown name, or a missing one in a group without a default, lists the group's
 * commands and exits with 2.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface Command {
  does: string;
  /** Run in order until one fails. The last one gets the arguments. */
  steps: string[];
  /** Environment variables for the first arguments, for tools that read no command line. */
  takes?: string[];
  /** Runs if the name is left out. */
  isDefault?: true;
}

const BUILD = 'npm run build';

const COMMANDS: Record<string, Record<string, Command>> = {
  example: {
    'node/user': {
      does: 'signs a user in, then rates, favourites and lists a film',
      steps: ['tsx examples/node/user.ts'],
    },
    'node/guest': { does: 'the same as a guest', steps: ['tsx examples/node/guest.ts'] },
    agent: { does: 'an agent that rates and lists, over MCP', steps: ['tsx examples/agent/main.ts'] },
    machine: { does: 'the machine with custom actors', steps: ['tsx examples/machine/main.ts'] },
    react: { does: 'the film app; -- --server: with a server', steps: ['tsx examples/react/demo-web.ts'] },
    browser: {
      does: 'a page without a framework',
      steps: ['tsx examples/react/demo-web.ts --plain'],
    },
    'server/hono': { does: 'a site in Hono', steps: ['tsx examples/server/hono.ts'] },
    'server/node': { does: 'the same site on node:http', steps: ['tsx examples/server/node.ts'] },
    openid: {
      does: 'an OpenID provider and an app that uses it, or another app: openid auth-js',
      steps: ['tsx examples/openid/main.ts'],
    },
    inspector: { does: 'a sign-in in three inspectors', steps: ['tsx examples/inspector/serve.ts'] },
    restate: {
      does: 'a television that signs in through Restate',
      steps: ['node --import tsx examples/restate/main.ts'],
    },
  },
  docs: {
    all: {
      does: "writes the statechart's pictures, the tables and the types of each entry (api/)",
      steps: ['tsx scripts/diagram/main.ts', 'tsx scripts/readme/main.ts', BUILD, 'tsx scripts/api/main.ts'],
    },
    'must-handle': {
      does: 'runs test/must-handle and writes docs/must-handle.md',
      steps: ['tsx scripts/must-handle/main.ts'],
    },
    report: {
      does: 'writes the last counts of the proofs to test/REPORT.md',
      steps: ['tsx scripts/report.ts'],
    },
    screens: {
      does: "writes the command's screens to coverage/cli-screens.txt, for you to read",
      steps: ['tsx scripts/cli-screens.ts'],
    },
    screenshots: {
      does: 'draws docs/screenshots',
      steps: [
        'tsx examples/react/demo-web-screenshots.ts',
        'tsx examples/server/server-screenshot.ts',
        'tsx examples/openid/openid-screenshots.ts',
        'tsx examples/restate/television-screenshot.ts',
      ],
    },
    site: {
      does: 'builds the docs site and opens every page of it',
      steps: [
        'npm ci --prefix docs/site --no-audit --no-fund',
        'npm run build --prefix docs/site',
        'tsx scripts/site-check.ts',
      ],
    },
  },
  bench: {
    peers: {
      does: 'size, CPU, time and memory compared with other packages (default); -- --only size,hop, -- --check, -- --write',
      steps: [BUILD, 'tsx test/bench/main.ts'],
      isDefault: true,
    },
    server: {
      does: 'the cost of the handler per request; -- --write',
      steps: ['tsx test/bench/bench-server.ts'],
    },
    restate: {
      does: 'the cost of a sign-in through Restate; -- --write',
      steps: ['tsx test/bench/bench-restate.ts'],
    },
  },
  proof: {
    rest: {
      does: 'the tests that npm test leaves out: Chromium, the command, Restate; or some of them: test/browser',
      steps: [BUILD, 'vitest run --config vitest.rest.config.ts'],
    },
    long: {
      does: 'the tests that take minutes: kills, attacks on weakened copies, planted bugs; or some of them: test/server',
      steps: [BUILD, 'vitest run --config vitest.full.config.ts'],
    },
    random: {
      does: 'random runs of the pure machine: [count] [seed] [first]',
      steps: ['vitest run test/machine/random.test.ts'],
      takes: ['PROOF_COUNT', 'PROOF_SEED', 'PROOF_FIRST'],
    },
    properties: {
      does: 'random sequences through a whole client, and through pages and a server: [count] [seed]',
      steps: ['vitest run test/properties test/remote/properties.test.ts'],
      takes: ['PROOF_COUNT', 'PROOF_SEED'],
    },
    races: {
      does: 'two tabs at once, in every order that the scheduler finds: [orders]',
      steps: ['vitest run test/races'],
      takes: ['RACES'],
    },
    deep: {
      does: 'random runs, sequences and races, many more than npm test plays',
      steps: [
        'tsx scripts/run.ts proof random 1000000',
        'tsx scripts/run.ts proof properties 20000',
        'tsx scripts/run.ts proof races 100',
      ],
    },
    fuzz: {
      does: 'a million inputs for all parsers of untrusted text; -- --inputs 20000',
      steps: ['tsx test/fuzz/main.ts'],
    },
    leaks: {
      does: 'memory that ten thousand disposed clients leave behind',
      steps: ['node --expose-gc --no-opt --no-sparkplug --import tsx test/leaks/main.ts'],
    },
    mutants: {
      does: 'mutates the sources and runs the tests: machine, record or tmdb',
      steps: ['stryker run test/mutation/stryker.config.js'],
      takes: ['AREA'],
    },
    types: {
      does: 'the package’s types in TypeScript 5.4 to 7',
      steps: [BUILD, 'tsx test/types/versions/main.ts'],
    },
    runtimes: {
      does: 'the package in Node 20 to 24, Bun, Deno, workerd and Chromium',
      steps: [BUILD, 'tsx test/runtimes/main.ts'],
    },
    worlds: {
      does: 'the package in fresh projects, all or some: docs next vite',
      steps: [BUILD, 'tsx test/worlds/main.ts'],
    },
  },
  release: {
    version: {
      does: 'writes the next version and its section of CHANGELOG.md from .changeset',
      steps: ['tsx scripts/release-version.ts'],
    },
    check: { does: 'lists what is missing for a release', steps: ['tsx scripts/release-check.ts'] },
  },
};

async function run(step: string, more: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...words] = step.split(' ');
  const child = spawn(program, [...words, ...more], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
    // On Windows, the executables of packages are batch files.
    shell: process.platform === 'win32',
  });
  const end = () => child.kill('SIGTERM');
  process.on('SIGTERM', end);
  const [code] = await once(child, 'exit');
  process.off('SIGTERM', end);
  return code ?? 1;
}

const [group = '', ...words] = process.argv.slice(2);
const commands = COMMANDS[group] ?? {};
const [byDefault = ''] = Object.entries(commands).find(([, { isDefault }]) => isDefault) ?? [];
const isNamed = words[0] !== undefined && !words[0].startsWith('-');
const [name = '', ...given] = isNamed ? words : [byDefault, ...words];
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`);
  console.error(`npm run ${group} takes one of:\n\n${lines.join('\n')}`);
  process.exit(2);
}

// Ignored here: the terminal also sends Ctrl-C to the child, which handles it.
process.on('SIGINT', () => {});
const { steps, takes = [] } = command;
const env = Object.fromEntries(
  takes.flatMap((variable, at) =>
    given[at] === undefined || given[at].startsWith('-') ? [] : [[variable, given[at]]],
  ),
);
const rest = given.slice(Object.keys(env).length);
for (const [at, step] of steps.entries()) {
  process.exitCode = await run(step, at === steps.length - 1 ? rest : [], env);
  if (process.exitCode !== 0) break;
}
