import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../src/tools/sandbox/index.ts';

/* A local TMDB in its own process, so that its memory of users does not count as a leak. */

export interface Tmdb {
  accessToken: string;
  baseURL: string;
  webURL: string;
  /** An address that accepts requests and never answers. */
  silent: string;
  approve(requestToken: string): Promise<void>;
  deny(requestToken: string): Promise<void>;
  close(): void;
}

type Order = { approve?: string; deny?: string };

export async function startTmdb(): Promise<Tmdb> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: ['--import', 'tsx'] });
  const next = async () =>
    (await once(child, 'message'))[0] as Record<'accessToken' | 'url' | 'silent', string>;
  const { accessToken, url, silent } = await next();
  const order = async (what: Order) => {
    child.send(what);
    await next();
  };
  return {
    accessToken,
    baseURL: url,
    webURL: url,
    silent,
    approve: (approve) => order({ approve }),
    deny: (deny) => order({ deny }),
    close: () => void child.kill(),
  };
}

async function serve(): Promise<void> {
  const tmdb = await startSandbox();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  process.on('disconnect', () => process.exit());
  process.on('message', ({ approve, deny }: Order) => {
    if (approve) tmdb.approve(approve);
    if (deny) tmdb.deny(deny);
    tmdb.resetRequests();
    process.send?.('done');
  });
  const { port } = silent.address() as AddressInfo;
  process.send?.({ accessToken: tmdb.accessToken, url: tmdb.url, silent: `http://127.0.0.1:${port}` });
}

if (process.argv[2] === 'serve' && process.send) await serve();
