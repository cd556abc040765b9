import { execFileSync } from 'node:child_process';
import { launchChromium } from '../browser/chromium.ts';
import { HOSTS, type Host } from './hosts.ts';
import { type Program, programOf, Unavailable } from './programs/program-of.ts';

export interface Runtime {
  title: string;
  version(): Promise<string>;
  play: Host;
  /** Kinds of checks that do not apply. */
  without: string[];
  /** The reason for that. */
  because?: string;
}

const versionOf = (name: Program) => async () => {
  const said = execFileSync(programOf(name), ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return /\d+[.\d-]*\d/.exec(said)?.[0] ?? said.trim();
};

async function chromiumVersion(): Promise<string> {
  const { platform, arch } = process;
  if (platform !== 'linux') throw new Unavailable(`@sparticuz/chromium has none for ${platform}-${arch}`);
  const browser = await launchChromium();
  const version = browser.version();
  await browser.close();
  return version;
}

const runtime = (title: string, name: Program, play: Host): Runtime => ({
  title,
  version: versionOf(name),
  play,
  without: [],
});

/** By the name that `--only` takes. */
export const RUNTIMES: Record<string, Runtime> = {
  node20: runtime('Node 20', 'node-20', HOSTS.node20),
  node22: runtime('Node 22', 'node-22', HOSTS.node22),
  node24: runtime('Node 24', 'node-24', HOSTS.node24),
  bun: runtime('Bun', 'bun', HOSTS.bun),
  deno: runtime('Deno', 'deno', HOSTS.deno),
  workerd: runtime('workerd', 'workerd', HOSTS.workerd),
  chromium: {
    title: 'Chromium',
    version: chromiumVersion,
    play: HOSTS.chromium,
    without: ['server', 'mounted', 'sandboxMounted'],
    because: 'without the server checks: a page can neither serve nor read Set-Cookie',
  },
};
