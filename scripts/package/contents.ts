import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import type { Packed } from '../../test/support/pack.ts';

const root = new URL('../..', import.meta.url).pathname;

/** The largest tarball, in bytes. It was 261 kB when this was written; half of it is the sandbox, panel and command. */
const LARGEST = 330_000;

const PAPERS = ['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'];
const DOCS = /^docs\/((guides\/)?[\w-]+\.md|statechart(-dark)?\.svg)$/;
const BUILT = /^dist\/((?:machines|src)\/.+?)\.(?:d\.ts|js)$/;

/** Folders of one machine, which nobody else has. */
const MACHINE_PATHS = [root, homedir(), '/home/', '/Users/', '/private/var/', 'C:\\Users\\', 'file:///'];

const isBuiltFromSource = (path: string) => {
  const source = BUILT.exec(path)?.[1];
  return !!source && ['.ts', '.tsx'].some((extension) => existsSync(join(root, source + extension)));
};

/** What is wrong with a packed file, of which there is a copy at `folder`. */
function wrongIn(path: string, folder: string, packed: Packed): string[] {
  if (!PAPERS.includes(path) && !DOCS.test(path) && !isBuiltFromSource(path))
    return [`${path} does not belong in the package.`];
  const text = readFileSync(join(folder, path), 'utf8');
  const found = MACHINE_PATHS.filter((machinePath) => text.includes(machinePath));
  const [, map] = /\/[/*]# sourceMappingURL=(\S+)/.exec(text) ?? [];
  return [
    ...found.map((machinePath) => `${path} names a folder of this machine: ${machinePath}`),
    ...(map && !packed.files.includes(posix.join(dirname(path), map))
      ? [`${path} points to a source map that is not packed: ${map}`]
      : []),
  ];
}

/** What should not be in the package, is missing there, or tells of this machine. */
export function wrongContents(packed: Packed, folder: string): string[] {
  return [
    ...packed.files.flatMap((path) => wrongIn(path, folder, packed)),
    ...PAPERS.filter((path) => !packed.files.includes(path)).map((path) => `${path} is missing.`),
    ...(packed.size > LARGEST
      ? [`The tarball has ${packed.size} bytes; ${LARGEST} is the most (scripts/package/contents.ts).`]
      : []),
  ];
}
