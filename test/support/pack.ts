import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Packed {
  /** The path of the tarball. */
  tarball: string;
  /** Its size in bytes. */
  size: number;
  /** Its files, as paths in the package. */
  files: string[];
}

/** Packs the built package as it would be published, into that folder. */
export function pack(folder: string): Packed {
  const told = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename, size, files }] = JSON.parse(told) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  return { tarball: join(folder, filename), size, files: files.map(({ path }) => path) };
}
