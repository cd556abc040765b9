import { spawnSync } from 'node:child_process';

/** Which of these texts are in the files below that folder, as they are. Waits for nothing: what is there is there. */
export function found(folder: string, texts: readonly string[]): string[] {
  const wanted = [...new Set(texts)].filter((text) => text !== '');
  const { status, stdout, stderr } = spawnSync('grep', ['-r', '-a', '-o', '-h', '-F', '-f', '-', folder], {
    input: wanted.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  // 0: something, 1: nothing, 2: it could not search.
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
}
