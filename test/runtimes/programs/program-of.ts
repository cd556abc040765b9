import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PLATFORM = `${process.platform}-${process.arch}`;

/** The path of the program in each npm package. Packages for other machines are not installed. */
const PROGRAMS = {
  'node-20': nodeOf(20),
  'node-22': nodeOf(22),
  'node-24': nodeOf(24),
  bun: {
    'linux-x64': '@oven/bun-linux-x64/bin/bun',
    'linux-arm64': '@oven/bun-linux-aarch64/bin/bun',
    'darwin-x64': '@oven/bun-darwin-x64/bin/bun',
    'darwin-arm64': '@oven/bun-darwin-aarch64/bin/bun',
  },
  deno: {
    'linux-x64': '@deno/linux-x64-glibc/deno',
    'linux-arm64': '@deno/linux-arm64-glibc/deno',
    'darwin-x64': '@deno/darwin-x64/deno',
    'darwin-arm64': '@deno/darwin-arm64/deno',
  },
  workerd: {
    'linux-x64': '@cloudflare/workerd-linux-64/bin/workerd',
    'linux-arm64': '@cloudflare/workerd-linux-arm64/bin/workerd',
    'darwin-x64': '@cloudflare/workerd-darwin-64/bin/workerd',
    'darwin-arm64': '@cloudflare/workerd-darwin-arm64/bin/workerd',
  },
} satisfies Record<string, Record<string, string>>;

export type Program = keyof typeof PROGRAMS;

function nodeOf(major: number): Record<string, string> {
  const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  return Object.fromEntries(platforms.map((platform) => [platform, `node-${major}-${platform}/bin/node`]));
}

/** This machine cannot run the program; `message` gives the reason. */
export class Unavailable extends Error {}

/** The program by its path: `node_modules/.bin` has one `node` only, the one installed last. */
export function programOf(name: Program): string {
  const found = (PROGRAMS[name] as Record<string, string>)[PLATFORM];
  const path = found && join(import.meta.dirname, 'node_modules', found);
  if (path && existsSync(path)) return path;
  const [, major] = /^node-(\d+)$/.exec(name) ?? [];
  if (major === process.versions.node.split('.')[0]) return process.execPath;
  throw new Unavailable(`npm has no ${name} for ${PLATFORM}`);
}
