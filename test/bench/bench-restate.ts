/**
 * `npm run bench restate`: compares the cost of a sign-in by Restate with a minimal service, in alternating rounds.
 * Prints a table; `--write` puts it into docs/restate.md.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installServer } from '../../examples/restate/install.ts';
import { newEnoughNode } from '../../examples/restate/node.ts';
import { startRestateServer } from '../../examples/restate/restate-server.ts';
import { createRestateClient, type SignInView } from '../../src/platforms/restate/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { beside, type Row, report } from './beside.ts';

const SECRETS = ['a secret of this measurement: 4711 4711 4711'];

async function startService(settings: object): Promise<ChildProcess> {
  const file = join(import.meta.dirname, 'bench-restate/service.ts');
  const child = spawn(newEnoughNode(), ['--import', 'tsx', file, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The service ended.')));
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => {});
  return child;
}

installServer();
const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-bench-'));
await using tmdb = await startSandbox();
const { accessToken, baseURL, webURL } = tmdb;
const restate = await startRestateServer(folder);
const port = await freePort();
const options = { credentials: { accessToken }, baseURL, webURL, secrets: SECRETS };
const service = await startService({ port, options });
await restate.register(`http://127.0.0.1:${port}`);
const { ingressURL } = restate;
const client = createRestateClient({ ingressURL, secrets: SECRETS });

const post = async <Answer>(id: string, handler: string, body: object): Promise<Answer> => {
  const response = await fetch(`${ingressURL}/Bare/${id}/${handler}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Answer;
};
type Snapshot = { context: { requestToken: string; sessionId: string } };

async function bareStart() {
  const id = crypto.randomUUID();
  await post(id, 'create', {});
  const { context } = await post<Snapshot>(id, 'waitFor', { condition: 'hasTag:waiting' });
  return { id, requestToken: context.requestToken };
}

async function bareSignIn(): Promise<string> {
  const { id, requestToken } = await bareStart();
  tmdb.approve(requestToken);
  const { context } = await post<Snapshot>(id, 'waitFor', {
    condition: 'hasTag:ready',
    event: { type: 'approved' },
  });
  return context.sessionId;
}

async function signIn(): Promise<string> {
  const { id, ticket, view } = await client.start();
  const requestToken = new URL(view.approvalUrl ?? '').pathname.split('/').at(-1) ?? '';
  tmdb.approve(requestToken);
  await client.callback(id, `https://tv.example/?request_token=${requestToken}&approved=true`);
  let now: SignInView | null = view;
  while (now && now.state !== 'sessionActive.ready') now = await client.wait(ticket, { seen: now.state });
  return (await client.collect(ticket))?.sessionId ?? '';
}

const rows: Row[] = [];
try {
  if (!(await signIn()) || !(await bareSignIn())) throw new Error('Somebody was not signed in.');
  rows.push(
    await beside('a start, alone, up to the approval', [20, 1], client.start, bareStart),
    await beside('a start, 32 at a time', [160, 32], client.start, bareStart),
    await beside('a whole sign-in, alone', [10, 1], signIn, bareSignIn),
    await beside('a whole sign-in, 32 at a time', [96, 32], signIn, bareSignIn),
  );
} finally {
  service.kill('SIGKILL');
  await restate.stop('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

report(rows, {
  page: join(import.meta.dirname, '../../docs/restate.md'),
  made: "`npm run bench restate`, where Restate's server, the service, TMDB and the devices share them: the time of all divided by their number",
});
