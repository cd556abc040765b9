import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalTmdb, startTmdb } from '../local-tmdb.ts';
import { inRounds } from '../rounds.ts';
import { type Goal, ms, ratio, type Section } from '../section.ts';

const ROUNDS = 15;
const MOST = { entry: 0.55, help: 0.22, login: 0.35 };

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { bin } = JSON.parse(readFileSync(file('../../../package.json'), 'utf8')) as {
  bin: { 'tmdb-auth': string };
};
const COMMAND = file(`../../../${bin['tmdb-auth']}`);

/** A new folder, so that no record of the user who measures is read. */
const envIn = (home: string) => ({ PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home });

/** How long a process with this program lives, in ms. */
const life =
  (home: string, ...args: string[]) =>
  () => {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env: envIn(home), encoding: 'utf8' });
    const took = performance.now() - startedAt;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}.\n${stderr}`);
    return took;
  };

/** The time until `tmdb-auth login` prints something, in ms. It is killed then. */
const firstLine =
  (home: string, { baseURL, accessToken }: Pick<LocalTmdb, 'baseURL' | 'accessToken'>) =>
  async () => {
    const env = {
      ...envIn(home),
      TMDB_BASE_URL: baseURL,
      TMDB_WEB_URL: baseURL,
      TMDB_ACCESS_TOKEN: accessToken,
    };
    const startedAt = performance.now();
    const child = spawn(process.execPath, [COMMAND, 'login', '--no-browser'], { env });
    const ended = once(child, 'exit');
    let said = '';
    const took = await new Promise<number>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          if (/\S.*\n/.test(said)) resolve(performance.now() - startedAt);
        });
      ended.then(() => reject(new Error(`tmdb-auth login ended. ${said}`)));
    });
    child.kill('SIGKILL');
    await ended;
    if (!said.includes('sign-in')) throw new Error(`This is no sign-in: ${said}`);
    return took;
  };

/** The time from nothing to a client, in a new process. */
export async function measure(): Promise<Section> {
  const home = mkdtempSync(join(tmpdir(), 'tmdb-auth-bench-'));
  const tmdb = await startTmdb();
  const { figures } = await inRounds(
    {
      empty: life(home, file('../cold/empty.js')),
      peer: life(home, file('../peers/moviedb-start.js')),
      entry: life(home, file('../cold/tmdb-auth.js')),
      version: life(home, COMMAND, '--version'),
      help: life(home, COMMAND, '--help'),
      login: firstLine(home, tmdb),
    },
    { rounds: ROUNDS, warmUp: 1 },
  );
  tmdb.close();
  rmSync(home, { recursive: true });

  const { empty, peer } = figures;
  const share = (took: number) => (took - empty) / (peer - empty);
  const line = (what: string, took: number) => [
    what,
    ms(took),
    ms(took - empty),
    ratio(share(took)),
    ratio(took / peer),
  ];
  const goal = (what: string, name: keyof typeof MOST): Goal => ({
    what: `Cold start of ${what}, relative to moviedb-promise, without Node itself`,
    is: share(figures[name]),
    most: MOST[name],
    unit: 'ratio',
  });
  return {
    head: [
      'A fresh process',
      'time',
      'without Node itself',
      'relative to moviedb-promise',
      'the same with Node',
    ],
    rows: [
      ['Node by itself', ms(empty), '', '', ''],
      line('moviedb-promise: import it and make a client', peer),
      line('`tmdb-auth/node`: import it and make a client', figures.entry),
      line('`tmdb-auth --version`', figures.version),
      line('`tmdb-auth --help`', figures.help),
      line('`tmdb-auth login`, until its first line', figures.login),
    ],
    goals: [
      goal('`tmdb-auth/node`', 'entry'),
      goal('`tmdb-auth --help`', 'help'),
      goal('`tmdb-auth login` until its first line', 'login'),
    ],
    notes: [
      `Each time is the whole life of a process that does only this, the median of ${ROUNDS} rounds. \`tmdb-auth login\` asks a local TMDB and is killed at its first line of output. Files are in the system's cache, as after a first start.`,
    ],
  };
}
