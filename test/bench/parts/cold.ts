import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurns } from '../rounds.ts';
import { type Goal, ms, ratio, type Section } from '../section.ts';

const ROUNDS = 15;
const MOST = 0.25;

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const COMMAND = file('../../../dist/src/tools/cli/main.js');

/** How long a process lives that does this and ends, in ms. */
const life =
  (home: string, ...args: string[]) =>
  () => {
    const startedAt = performance.now();
    // A folder of its own: what somebody stored in theirs is not read.
    const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home };
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    const took = performance.now() - startedAt;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}.\n${stderr}`);
    return took;
  };

/** From nothing to a client, in a fresh process. */
export async function measure(): Promise<Section> {
  const home = mkdtempSync(join(tmpdir(), 'tmdb-auth-bench-'));
  const figures = await inTurns(
    {
      empty: life(home, file('../cold/empty.js')),
      peer: life(home, file('../peers/moviedb-start.js')),
      entry: life(home, file('../cold/tmdb-auth.js')),
      version: life(home, COMMAND, '--version'),
      help: life(home, COMMAND, '--help'),
    },
    { rounds: ROUNDS, warmUp: 1 },
  );
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
  const goal = (what: string, took: number): Goal => ({
    what: `${what} beside moviedb-promise, less Node itself`,
    is: share(took),
    most: MOST,
    unit: 'ratio',
  });
  return {
    head: ['A fresh process', 'time', 'less Node itself', 'of moviedb-promise', 'the same with Node'],
    rows: [
      ['Node by itself', ms(empty), '', '', ''],
      line('moviedb-promise: imported, a client made', peer),
      line('`tmdb-auth/node`: imported, a client made', figures.entry),
      line('`tmdb-auth --version`', figures.version),
      line('`tmdb-auth --help`', figures.help),
    ],
    goals: [
      goal('`tmdb-auth/node`', figures.entry),
      goal('`tmdb-auth --version`', figures.version),
      goal('`tmdb-auth --help`', figures.help),
    ],
    notes: [
      `The whole life of a process that does only this, the median of ${ROUNDS} rounds. Files are in the system's cache, as after the first time.`,
    ],
  };
}
