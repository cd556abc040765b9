/**
 * `npm run bench server`: compares the cost of the handler with a minimal one, on loopback, in alternating rounds.
 * Prints a table; `--write` puts it into docs/server.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { beside, ROUNDS, report } from './beside.ts';

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

const isFine = ({ status }: Answer, ...wanted: number[]) => {
  if (!wanted.includes(status)) throw new Error(`Answered ${status}`);
};
const cookieOf = ({ headers }: Answer, part: string) =>
  (headers['set-cookie'] ?? [])
    .find((line) => line.includes(part) && !line.includes('Max-Age=0'))
    ?.split(';')[0] ?? '';

const tmdb = await launch<{ baseURL: string; accessToken: string }>('tmdb.ts', {});
const { origin } = await launch<{ origin: string }>('site.ts', { TMDB: JSON.stringify(tmdb) }, flagsOfSite());

/** With PROFILE=folder the server writes a CPU profile. */
function flagsOfSite(): string[] {
  const { PROFILE } = process.env;
  return PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`] : [];
}

/** The return from TMDB, with the browser’s cookies. */
interface Back {
  url: string;
  cookie: string;
}

async function begin(): Promise<Back> {
  const begun = await ask(`${origin}/auth/login`);
  const approval = new URL(begun.headers.location ?? '');
  const allowed = await ask(`${tmdb.baseURL}${approval.pathname}/allow`, {}, approval.searchParams);
  return { url: allowed.headers.location ?? '', cookie: cookieOf(begun, 'pending') };
}

async function bareBegin(): Promise<Back> {
  const { text } = await ask(`${origin}/bare/login`);
  const { request_token } = JSON.parse(text) as { request_token: string };
  await ask(`${tmdb.baseURL}/authenticate/${request_token}/allow`, {}, new URLSearchParams());
  return { url: `${origin}/bare/callback?request_token=${request_token}`, cookie: '' };
}

async function comeBack({ url, cookie }: Back): Promise<string> {
  const back = await ask(url, { cookie });
  isFine(back, 200, 303);
  return cookieOf(back, cookie ? 'user' : 'bare');
}

const signIn = async () => comeBack(await begin());
const bareSignIn = async () => comeBack(await bareBegin());

/** This many users who have approved, for rounds that measure only the return. */
async function approved(begins: () => Promise<Back>): Promise<() => Promise<string>> {
  const waiting: Back[] = [];
  for (let count = 0; count < CALLBACKS * (ROUNDS + 1); count += 1) waiting.push(await begins());
  return () => comeBack(waiting.pop() as Back);
}
const CALLBACKS = 60;

const cookie = await signIn();
const bareCookie = await bareSignIn();
const get = (path: string, sent: string) => async () =>
  isFine(await ask(origin + path, { cookie: sent }), 200);

const rows = [
  await beside(
    'session route; beside it: unseal the same cookie with jose, answer JSON',
    [1_500, 8],
    get('/auth/session', cookie),
    get('/bare/session', bareCookie),
  ),
  await beside(
    'proxy hop; beside it: `fetch` with the key, nothing checked',
    [600, 8],
    get('/auth/tmdb/3/movie/550', cookie),
    get('/bare/tmdb/3/movie/550', bareCookie),
  ),
  await beside(
    'a callback: session and account from TMDB, cookies; beside it: the same with ofetch',
    [CALLBACKS, 4],
    await approved(begin),
    await approved(bareBegin),
  ),
  await beside(
    'a whole sign-in, three requests to TMDB and the approval; beside it: the same with ofetch',
    [150, 4],
    signIn,
    bareSignIn,
  ),
];
for (const child of children) child.kill();
agent.destroy();

report(rows, {
  page: fileURLToPath(new URL('../../docs/server.md', import.meta.url)),
  made: '`npm run bench server`, where server, TMDB and clients share them: the time for one request with 8 under way (callbacks and sign-ins: 4)',
});
