import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where proofs leave their counts, for `npm run docs report`. */
export const FIGURES = new URL('../../coverage/figures/', import.meta.url);

/** The proofs, in the order in which `test/REPORT.md` shows them. */
export const PROOFS = {
  suite: 'npm test',
  rest: 'npm run proof rest',
  walk: 'Every reachable state of the machine',
  clients: 'Two clients on one storage: every order of events',
  statechart: 'Coverage of the statechart',
  paths: 'Paths of the statechart against the sandbox',
  lives: 'Random sequences through the pure machine',
  facade: 'Random sequences through the whole client, over HTTP',
  races: 'Races, in every order the scheduler found',
  faults: 'Every step × every fault',
  leaks: 'Clients that come and go',
  fuzz: 'Fuzz of every parser',
  bugs: 'Bugs, put in by hand',
} as const;

/**
 * Writes the counts of a proof. `rows` maps each name, with its unit, to a count; or it is lines of Markdown (a
 * table) where these say more.
 */
export function figures(proof: keyof typeof PROOFS, rows: Record<string, string | number> | string): void {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(new URL(`${proof}.json`, FIGURES), `${JSON.stringify({ made: madeNow(), rows }, null, 2)}\n`);
}

/** The date, the commit and the machine. */
export function madeNow(): string {
  const day = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${day}, ${commit()}, Node ${process.versions.node}, ${availableParallelism()} cores`;
}

/** The commit. A copy of the sources has none. */
function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'no commit';
  }
}
