/**
 * Checks the package as it would be published: its files, and whether every module resolution finds code and types.
 * Part of `npm run check`, after the build.
 */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Packed, pack } from '../test/support/pack.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Maximum size of the tarball, in bytes. Most of it is the sandbox, the panel, and the command with its bundled
 * XState.
 */
const LARGEST = 560_000;

const PAPERS = ['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'];
const DOCS = /^docs\/((guides\/)?[\w-]+\.md|statechart(-small)?(-dark)?\.svg|llms\.txt)$/;
/** Files that scripts/build bundles from many sources. */
const BUNDLED = /^dist\/(parts\/[\w.-]+\.js|src\/tools\/cli\/(part-[\w-]+\.js|LICENSE-(xstate|commander)))$/;
const BUILT = /^dist\/((?:machines|src)\/.+?)\.(?:d\.ts|js)$/;

/** Paths that exist on this machine only. */
const MACHINE_PATHS = [root, homedir(), '/home/', '/Users/', '/private/var/', 'C:\\Users\\', 'file:///'];

const isBuiltFromSource = (path: string) => {
  const source = BUILT.exec(path)?.[1];
  return !!source && ['.ts', '.tsx'].some((extension) => existsSync(join(root, source + extension)));
};

/** The errors of one packed file; `folder` holds its copy. */
function wrongIn(path: string, folder: string, { files }: Packed): string[] {
  const isKnown = [DOCS, BUNDLED].some((pattern) => pattern.test(path));
  if (!PAPERS.includes(path) && !isKnown && !isBuiltFromSource(path))
    return [`${path} does not belong in the package.`];
  const text = readFileSync(join(folder, path), 'utf8');
  const found = MACHINE_PATHS.filter((machinePath) => text.includes(machinePath));
  const [, map] = /\/[/*]# sourceMappingURL=(\S+)/.exec(text) ?? [];
  const isMapMissing = map !== undefined && !files.includes(posix.join(dirname(path), map));
  return [
    ...found.map((machinePath) => `${path} names a folder of this machine: ${machinePath}`),
    ...(isMapMissing ? [`${path} points to a source map that is not packed: ${map}`] : []),
  ];
}

/** The errors of all files: unexpected or missing ones, and paths of this machine. */
const wrongContents = (packed: Packed, folder: string): string[] => [
  ...packed.files.flatMap((path) => wrongIn(path, folder, packed)),
  ...PAPERS.filter((path) => !packed.files.includes(path)).map((path) => `${path} is missing.`),
  ...(packed.size > LARGEST
    ? [`The tarball has ${packed.size} bytes; the limit is ${LARGEST} (scripts/package.ts).`]
    : []),
];

/** The output of a tool that found errors. */
const complaintOf = ({ status, stdout, stderr }: SpawnSyncReturns<string>): string[] =>
  status === 0 ? [] : [`${stdout}${stderr}`];
const asText = { encoding: 'utf8' } as const;

const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-package-'));
try {
  const packed = pack(folder);
  execFileSync('tar', ['-xzf', packed.tarball, '-C', folder]);
  const complaints = [
    ...wrongContents(packed, join(folder, 'package')),
    ...complaintOf(spawnSync('npx', ['publint', packed.tarball, '--strict'], asText)),
    ...complaintOf(
      spawnSync('npx', ['attw', packed.tarball, '--profile', 'esm-only', '--format', 'ascii'], asText),
    ),
  ];
  if (complaints.length === 0)
    console.log(`${packed.files.length} files, ${Math.round(packed.size / 1_000)} kB packed; no errors.`);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
