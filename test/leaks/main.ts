import type { TmdbAuth } from '../../src/index.ts';
import { figures } from '../support/figures.ts';
import { optionsOf } from '../support/options.ts';
import { createCycles } from './cycles.ts';
import { grown, measure, type Point, slope } from './measure.ts';
import { createRequests } from './requests.ts';
import { startTmdb } from './tmdb.ts';

const values = optionsOf(
  'npm run proof leaks -- [--cycles 10000] [--requests 10000] [--only guest] [--weaken timer|listener|client]',
  {
    cycles: { type: 'string', default: '10000' },
    requests: { type: 'string', default: '10000' },
    weaken: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
  },
);
/** In bytes a cycle. A leaked timer holds some thousands with its references. */
const MOST = 100;
const POINTS = 10;

/** Leaks on purpose, to prove that they are noticed. */
const LEAKS: Record<string, (auth: TmdbAuth) => void> = {
  timer: () => void setTimeout(() => {}, 2 ** 30),
  listener: () => void process.on('SIGUSR2', () => {}),
  client: (auth) => void kept.push(auth),
};
const kept: TmdbAuth[] = [];

const tmdb = await startTmdb();
const wrong: string[] = [];
const show = ({ cycles, heap, handles }: Point, more: string) =>
  console.log(
    `${String(cycles).padStart(7)}  ${(heap / 1e6).toFixed(3).padStart(8)} MB  ${more}  ${JSON.stringify(handles)}`,
  );

interface Judged {
  slope: number;
  pending: number;
  alive: number;
}

/** Runs this many cycles, measures the heap ten times, and judges. */
async function run(
  name: string,
  many: number,
  play: (index: number) => Promise<unknown>,
  rest: () => Promise<void>,
  left: () => { pending: number; alive: number },
): Promise<Judged> {
  if (many === 0) return { slope: 0, ...left() };
  console.log(`\n${name}`);
  const points: Point[] = [];
  const every = Math.max(1, Math.round(many / POINTS));
  for (let done = 0; done < many; ) {
    await play(done);
    done += 1;
    if (done % every > 0) continue;
    await rest();
    points.push(await measure(done));
    const { pending, alive } = left();
    show(points.at(-1) as Point, `${pending} timers and listeners, ${alive} clients`);
  }
  const judged = { slope: slope(points), ...left() };
  console.log(`${judged.slope.toFixed(1)} bytes a cycle`);
  if (!(judged.slope < MOST)) wrong.push(`${name}: ${judged.slope.toFixed(0)} bytes a cycle`);
  if (judged.pending > 0) wrong.push(`${name}: ${judged.pending} timers and listeners of the clock are left`);
  if (judged.alive > 20) wrong.push(`${name}: ${judged.alive} clients are still held`);
  for (const kind of grown(points)) wrong.push(`${name}: ${kind} grew`);
  return judged;
}

const many = Number(values.cycles);
const cycles = createCycles(tmdb, values.only, LEAKS[values.weaken]);
const clients = await run(
  `${many} clients, ${cycles.kinds.length} ways to begin and end`,
  many,
  cycles.play,
  cycles.rest,
  () => {
    const { timers, listeners } = cycles.pending();
    return { pending: timers + listeners, alive: cycles.alive() };
  },
);
cycles.remove();

const requests = createRequests(tmdb);
let asked = 0;
const visits = Math.ceil(Number(values.requests) / 8);
const handled = await run(
  `${visits} visitors of a server`,
  visits,
  async (index) => {
    asked += await requests.visit(index);
  },
  requests.rest,
  () => ({ pending: requests.pending().timers + requests.pending().listeners, alive: 0 }),
);
tmdb.close();

console.log(wrong.length > 0 ? `\n${wrong.join('\n')}` : '\nNothing grows.');
if (values.weaken === '' && values.only === '') {
  figures('leaks', {
    'Clients that began and ended': many,
    'Ways to begin and end, also in the middle of each step': cycles.kinds.length,
    'Heap, bytes a client': Number(clients.slope.toFixed(1)),
    'Timers and listeners left': clients.pending,
    'Clients still held': clients.alive,
    'Requests to a server': asked,
    'Heap, bytes a request': Number(((handled.slope * visits) / asked).toFixed(1)),
  });
}
process.exit(wrong.length > 0 ? 1 : 0);
