import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { createPerson } from './person.ts';

const root = new URL('../..', import.meta.url).pathname;

/** A user of the package: the packages they install beside it, and how they sign in. */
export interface Consumer {
  dependencies: string[];
  tools: string[];
  /** Builds and runs the project; resolves to a sentence about the result. */
  play(project: Project, tmdb: Sandbox): Promise<string>;
}

export type Project = ReturnType<typeof createProject>;

/** A code block in a page, or in a doc comment. */
export interface Block {
  /** `ts`, `tsx`, `sh`, … */
  language: string;
  code: string;
  /**
   * Its file name from its first line: `// app.tsx`, or `<!-- src/App.vue -->`. Blocks with names can import each
   * other.
   */
  name: string | undefined;
}

/** The code blocks of a page, or of the doc comments of a source file. */
export const blocksOf = (file: string): Block[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const page = file.endsWith('.md') ? text : text.replace(/^ *\* ?/gm, '');
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
    name: /^(?:---\n)?(?:\/\/|<!--) ([\w.()+[\]/-]+\.\w+)(?: -->)?\n/.exec(code)?.[1],
  }));
};

/** The files that a page gives to copy, by their paths in a project. */
export const filesOf = (page: string): Record<string, string> =>
  Object.fromEntries(blocksOf(page).flatMap(({ name, code }) => (name ? [[name, code]] : [])));

/** Replaces the README's credentials with the sandbox's. */
export function withSandbox(example: string, { accessToken, baseURL, webURL }: Sandbox): string {
  const credentials = /credentials: \{[^}]*\}/;
  if (!credentials.test(example)) throw new Error(`There are no credentials in the example:\n${example}`);
  return example.replace(
    credentials,
    `credentials: { accessToken: '${accessToken}' }, baseURL: '${baseURL}', webURL: '${webURL}'`,
  );
}

/** Environment variables that lead a program to the sandbox instead of TMDB. */
const environmentOf = (project: { folder: string }, { accessToken, baseURL, webURL }: Sandbox) => ({
  ...process.env,
  TMDB_ACCESS_TOKEN: accessToken,
  TMDB_BASE_URL: baseURL,
  TMDB_WEB_URL: webURL,
  XDG_CONFIG_HOME: project.folder,
  CI: 'true',
});

/** An empty project outside the repository, with the packed package installed as a user would. */
export function createProject(
  tarball: string,
  { dependencies, tools }: Pick<Consumer, 'dependencies' | 'tools'>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-consumer-'));
  const execute = (command: string, args: string[], env = process.env) =>
    execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
  execute('npm', ['install', '--no-audit', '--no-fund', tarball, ...dependencies]);
  const install = (names: string[]) =>
    execute('npm', ['install', '--no-audit', '--no-fund', '--save-dev', ...names]);
  if (tools.length > 0) install(tools);

  return {
    folder,
    write,
    /** Runs a program of the project by its path. */
    execute,
    /** Installs further packages. */
    install,
    /** Runs a tool of the project, as in `vite build`. */
    run: (line: string, env?: NodeJS.ProcessEnv) => execute('npx', line.split(' '), env),
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a program to its end. If it prints the address of the approval page, a user approves there. */
export async function playProgram(project: Project, command: string[], tmdb: Sandbox): Promise<string> {
  const [tool = '', ...args] = command;
  const program = spawn(tool, args, {
    cwd: project.folder,
    env: environmentOf(project, tmdb),
    timeout: 60_000,
  });
  const person = createPerson();
  let output = '';
  let approved: Promise<unknown> | null = null;
  const hear = (data: Buffer) => {
    output += data;
    const [approval] = /http\S+\/(?:authenticate\/|auth\/access\?)\S+(?=\s)/.exec(output) ?? [];
    // An example may print an address of the real TMDB.
    if (approval?.startsWith(tmdb.webURL)) approved ??= person.open(approval).then(person.allow);
  };
  program.stdout.on('data', hear);
  program.stderr.on('data', hear);
  const [code] = await once(program, 'close');
  await approved;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
  return output.trim();
}

interface Site {
  build?: string;
  /** Environment of the build. Default: the site's own. */
  buildEnvironment?: NodeJS.ProcessEnv;
  start: string;
  environment: NodeJS.ProcessEnv;
  /** Public origin of the site. Default: the address where it listens. */
  origin?: string;
  port?: number;
}

/**
 * Starts a site on a free port from files that Node runs, after its build if it has one; resolves when it answers.
 */
export async function startSite(project: Project, tmdb: Sandbox, site: Site) {
  const port = String(site.port ?? (await freePort()));
  const address = `http://localhost:${port}`;
  const { origin = address } = site;
  const env = { ...environmentOf(project, tmdb), ...site.environment, PORT: port, ORIGIN: origin };
  if (site.build) project.run(site.build, site.buildEnvironment ?? env);
  const server = spawn(process.execPath, site.start.split(' '), {
    cwd: project.folder,
    env,
    timeout: 600_000,
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (data) => {
      said += data;
    });
  }
  const answers = () => fetch(address).catch(() => null);
  for (let tries = 0; !(await answers()); tries += 1) {
    if (tries === 1_200 || server.exitCode !== null) throw new Error(`The site does not answer:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { origin, [Symbol.dispose]: () => void server.kill() };
}
