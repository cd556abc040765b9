/** A site behind nginx, configured as in docs/server.md: every answer has to fit into the default buffers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { landing } from '../../src/platforms/server/options.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { SECRET, writeMount } from './mounts.ts';
import { createPerson } from './person.ts';
import { blocksOf, type Consumer, type Project, startSite } from './project.ts';

/** The documented server block in a configuration that leaves nothing outside the project. */
function configurationOf(ports: { proxy: number; site: number }): string {
  const block = blocksOf('docs/server.md').find(({ code }) => code.includes('proxy_pass'))?.code;
  if (!block?.includes('listen 80;') || !block.includes('127.0.0.1:3000'))
    throw new Error('docs/server.md has no configuration for nginx.');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
master_process off;
pid nginx.pid;
events {}
http {
access_log off;
${temporary.map((name) => `${name}_temp_path ${name};`).join('\n')}
${block.replace('listen 80;', `listen 127.0.0.1:${ports.proxy};`).replace('127.0.0.1:3000', `127.0.0.1:${ports.site}`)}}
`;
}

function startNginx(project: Project, ports: { proxy: number; site: number }) {
  project.write('nginx/nginx.conf', configurationOf(ports));
  const folder = join(project.folder, 'nginx');
  const nginx = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']);
  let said = '';
  nginx.stderr.on('data', (data) => {
    said += data;
  });
  return {
    said: () => said,
    async [Symbol.asyncDispose]() {
      nginx.kill();
      if (nginx.exitCode === null) await once(nginx, 'close');
    },
  };
}

/**
 * The longest `returnTo` that this origin accepts. Slashes make it grow: they are escaped again in each address that
 * contains it.
 */
function longestReturn(origin: string, apiVersion: 3 | 4): string {
  let path = '/auth/session?to=';
  while (landing({ origin, returnOrigins: [], client: { apiVersion } }, `${path}/`)) path += '/';
  return path;
}

export const nginx: Consumer = {
  dependencies: ['xstate', 'hono', '@hono/node-server'],
  tools: ['tsx'],
  async play(project) {
    const { stderr, error } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
    if (error) return 'skipped, as nginx is not installed.';
    await using tmdb = await startSandbox({
      users: [{ username: 'é'.repeat(100), password: '', name: 'é'.repeat(100) }],
    });
    const ports = { proxy: await freePort(), site: await freePort() };
    const origin = `http://localhost:${ports.proxy}`;
    const lengths: number[] = [];
    await using proxy = startNginx(project, ports);
    writeMount(project, 'node-http.ts');
    for (const version of [3, 4] as const) {
      const returnTo = longestReturn(origin, version);
      lengths.push(returnTo.length);
      using _site = await startSite(project, tmdb, {
        start: '--import tsx node-http.ts',
        environment: { SECRET, API_VERSION: String(version) },
        port: ports.site,
        origin,
      });
      const person = createPerson();
      try {
        // Every later request carries the guest's cookie, too.
        await person.submit(`${origin}/auth/guest`);
        const approval = await person.submit(`${origin}/auth/login`, { returnTo });
        const home = await person.allow(approval);
        const isThere =
          home.address.searchParams.get('to') === new URL(returnTo, origin).searchParams.get('to');
        if (!isThere || !home.text.includes('"status":"user"'))
          throw new Error(`The sign-in ended at ${home.address}: ${home.text}`);
        const out = await person.submit(`${origin}/auth/logout`, { returnTo });
        if (!out.text.includes('"status":"signedOut"')) throw new Error(`After the sign-out: ${out.text}`);
      } catch (cause) {
        throw new Error(`v${version} behind nginx: ${(cause as Error).message}\n${proxy.said()}`, { cause });
      }
    }
    return `signed in behind ${stderr.trim().replace('nginx version: ', '')}, v3 and v4, and back to addresses of ${lengths.join(' and ')} characters.`;
  },
};
