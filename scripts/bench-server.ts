/**
 * `npm run bench:server`: what the handler costs beside as little as the same can be done with, on loopback, in rounds
 * that take turns. Prints a table; with `--write` it goes into docs/server.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROUNDS = 9;
const DOCS = fileURLToPath(new URL('../docs/server.md', import.meta.url));

const children: ChildProcess[] = [];
async function launch<Hello>(
  file: string,
  env: Record<string, string>,
  flags: string[] = [],
): Promise<Hello> {
  const child = fork(fileURLToPath(new URL(`bench-server/${file}`, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: ['--import', 'tsx', ...flags],
  });
  children.push(child);
  const [hello] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`))),
  ]);
  return hello as Hello;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
interface Answer {
  status: number;
  headers: import('node:http').IncomingHttpHeaders;
  text: string;
}
const ask = (url: string, headers: Record<string, string> = {}, form?: URLSearchParams) =>
  new Promise<Answer>((resolve, reject) => {
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { agent, method: form ? 'POST' : 'GET', headers: { ...headers, ...type } });
    sent.on('error', reject).on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.end(form?.toString());
  });

/** Ms for each, with so many at a time. */
async function time(times: number, atATime: number, work: () => Promise<void>): Promise<number> {
  let left = times;
  const startedAt = performance.now();
  const workers = Array.from({ length: atATime }, async () => {
    while (left-- > 0) await work();
  });
  await Promise.all(workers);
  return (performance.now() - startedAt) / times;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;

/** Rounds of both in turns, after one to get warm. */
async function beside(times: number, atATime: number, ours: () => Promise<void>, bare: () => Promise<void>) {
  const [all, bareAll]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const first = await time(times, atATime, ours);
    const second = await time(times, atATime, bare);
    process.stderr.write(`round ${round} of ${ROUNDS}\r`);
    if (round === 0) continue;
    all.push(first);
    bareAll.push(second);
  }
  return { ours: median(all), bare: median(bareAll) };
}

const isFine = ({ status }: Answer, ...wanted: number[]) => {
  if (!wanted.includes(status)) throw new Error(`Answered ${status}`);
};
const cookieOf = ({ headers }: Answer, part: string) =>
  (headers['set-cookie'] ?? [])
    .find((line) => line.includes(part) && !line.includes('Max-Age=0'))
    ?.split(';')[0] ?? '';

const tmdb = await launch<{ baseURL: string; accessToken: string }>('tmdb.ts', {});
const { origin } = await launch<{ origin: string }>('site.ts', { TMDB: JSON.stringify(tmdb) }, flagsOfSite());

/** With PROFILE=folder the server writes where its time goes. */
function flagsOfSite(): string[] {
  const { PROFILE } = process.env;
  return PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`] : [];
}

async function signIn(): Promise<string> {
  const begun = await ask(`${origin}/auth/login`);
  const approval = new URL(begun.headers.location ?? '');
  const allowed = await ask(`${tmdb.baseURL}${approval.pathname}/allow`, {}, approval.searchParams);
  const back = await ask(allowed.headers.location ?? '', { cookie: cookieOf(begun, 'pending') });
  isFine(back, 303);
  return cookieOf(back, 'user');
}

async function bareSignIn(): Promise<string> {
  const { text } = await ask(`${origin}/bare/login`);
  const { request_token } = JSON.parse(text) as { request_token: string };
  await ask(`${tmdb.baseURL}/authenticate/${request_token}/allow`, {}, new URLSearchParams());
  const back = await ask(`${origin}/bare/callback?request_token=${request_token}`);
  isFine(back, 200);
  return cookieOf(back, 'bare');
}

const cookie = await signIn();
const bareCookie = await bareSignIn();
const get = (path: string, sent: string) => async () =>
  isFine(await ask(origin + path, { cookie: sent }), 200);

const rows = [
  {
    what: 'session route; beside it: unseal the same cookie with jose, answer JSON',
    ...(await beside(1_500, 8, get('/auth/session', cookie), get('/bare/session', bareCookie))),
  },
  {
    what: 'proxy hop; beside it: `fetch` with the key, nothing checked',
    ...(await beside(
      600,
      8,
      get('/auth/tmdb/3/movie/550', cookie),
      get('/bare/tmdb/3/movie/550', bareCookie),
    )),
  },
  {
    what: 'a whole sign-in, three requests to TMDB and the approval; beside it: the same with ofetch',
    ...(await beside(
      150,
      4,
      async () => void (await signIn()),
      async () => void (await bareSignIn()),
    )),
  },
];
for (const child of children) child.kill();
agent.destroy();

const ms = (value: number) => `${value.toFixed(2)} ms`;
const [cpu] = cpus();
const lines = [
  '| What | This handler | Beside it | Ratio | More by |',
  '| --- | --- | --- | --- | --- |',
  ...rows.map(
    ({ what, ours, bare }) =>
      `| ${what} | ${ms(ours)} | ${ms(bare)} | ${(ours / bare).toFixed(1)} | ${ms(ours - bare)} |`,
  ),
  '',
  `Made on ${new Date().toISOString().slice(0, 10)} by \`npm run bench:server\` with Node ${process.versions.node} on ${cpus().length} cores (${cpu?.model.trim()}), which server, TMDB and clients share: the time for one request with 8 under way (sign-ins: 4), the median of ${ROUNDS} rounds that take turns. One process answers both.`,
];
console.log(lines.join('\n'));
if (process.argv.includes('--write')) {
  const MARKED = /(<!-- figures -->\n)[\s\S]*?(<!-- end -->)/;
  writeFileSync(DOCS, readFileSync(DOCS, 'utf8').replace(MARKED, `$1${lines.join('\n')}\n$2`));
}
