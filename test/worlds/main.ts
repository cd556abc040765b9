/**
 * The package as its users get it: packed, installed into empty projects, built and run there, and signed in to a
 * local TMDB. `npm run proof worlds` runs all of them, `npm run proof worlds next vite` only these.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { pack } from '../support/pack.ts';
import { angular } from './angular.ts';
import { astro } from './astro.ts';
import { clients } from './clients.ts';
import { docs } from './docs.ts';
import { esbuild } from './esbuild.ts';
import { expo } from './expo.ts';
import { mounts } from './mounts.ts';
import { native } from './native.ts';
import { next } from './next.ts';
import { nextClient } from './next-client.ts';
import { nginx } from './nginx.ts';
import { node } from './node.ts';
import { nuxt } from './nuxt.ts';
import { openid } from './openid.ts';
import { type Consumer, createProject } from './project.ts';
import { routers } from './routers.ts';
import { sveltekit } from './sveltekit.ts';
import { sveltekitClient } from './sveltekit-client.ts';
import { typedClients } from './typed-clients.ts';
import { vite } from './vite.ts';
import { webkit } from './webkit.ts';

const CONSUMERS: Record<string, Consumer> = {
  node,
  native,
  expo,
  docs,
  clients,
  'typed-clients': typedClients,
  openid,
  mounts,
  nginx,
  esbuild,
  vite,
  webkit,
  routers,
  next,
  'next-client': nextClient,
  sveltekit,
  'sveltekit-client': sveltekitClient,
  nuxt,
  astro,
  angular,
};
const NAMES = Object.keys(CONSUMERS);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(
    `There is no world ${unknown.join(', ')}. npm run proof worlds takes some of: ${NAMES.join(', ')}`,
  );
  process.exit(2);
}

async function play(consumer: Consumer, tarball: string): Promise<string> {
  await using tmdb = await startSandbox();
  using project = createProject(tarball, consumer);
  return await consumer.play(project, tmdb);
}

const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-tarball-'));
try {
  const { tarball } = pack(folder);
  for (const [name, consumer] of Object.entries(CONSUMERS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const began = Date.now();
    const seen = await play(consumer, tarball);
    console.log(`${name}: ${seen} (${((Date.now() - began) / 1_000).toFixed(0)} s)`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
