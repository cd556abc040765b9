import { writeFile } from 'node:fs/promises';
import { authMachine } from '../../machines/index.ts';
import { driftOf, generate, ROOT } from './generate.ts';

async function check(files: Record<string, string>) {
  const drifted = await driftOf(files);
  if (drifted.length > 0)
    throw new Error(`${drifted.join('\n')}\nRun 'tsx scripts/diagram/main.ts' and look at it.`);
}

async function write(files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) await writeFile(new URL(name, ROOT), content);
}

try {
  const files = await generate(authMachine);
  await (process.argv.includes('--check') ? check(files) : write(files));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
