import { setTimeout as pause } from 'node:timers/promises';
import { createTmdbAuth, memoryStorage } from 'tmdb-auth';
import { authMachine, type Restored } from 'tmdb-auth/machine';
import { createActor, fromPromise } from 'xstate';
import { cpuOf, inRounds, timeOf } from '../rounds.ts';
import { ratio, type Section, us } from '../section.ts';

const CLIENTS = 500;
const MOST = 150;
/** The wait for what clients began to end, in ms. */
const REST = 30;

const credentials = { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl' };
const storage = memoryStorage();

function client(): void {
  createTmdbAuth({ credentials, storage }).dispose();
}

/** The same machine alone: its actors never answer. */
const machine = authMachine.provide({
  actors: { restore: fromPromise<Restored>(() => new Promise(() => {})) },
});
function actor(): void {
  createActor(machine, { input: { apiVersion: 3 } })
    .start()
    .stop();
}

const many = (make: () => void) => () => {
  for (let made = 0; made < CLIENTS; made += 1) make();
};
const time = (make: () => void) => async () => {
  const took = await timeOf(CLIENTS, make);
  await pause(REST);
  return took * 1_000;
};
const cpu = (make: () => void) => async () => {
  const took = await cpuOf(() => {
    many(make)();
    return pause(REST);
  });
  return (took / CLIENTS) * 1_000;
};

/** The cost of a client without a sign-in. */
export async function measure(): Promise<Section> {
  const { figures, note } = await inRounds({
    ourTime: time(client),
    actorTime: time(actor),
    ourCpu: cpu(client),
    actorCpu: cpu(actor),
  });
  const beside = (what: string, ours: number, bare: number) => [what, us(ours), us(bare), ratio(ours / bare)];
  return {
    head: [
      'Making an instance',
      '`createTmdbAuth()` and `dispose()`',
      'a bare actor of the same machine, started and stopped',
      'ratio',
    ],
    rows: [
      beside('time to make and end it', figures.ourTime, figures.actorTime),
      beside('CPU, with the work it leaves for later', figures.ourCpu, figures.actorCpu),
    ],
    goals: [
      {
        what: 'Time to make and end an instance of `tmdb-auth`',
        is: figures.ourTime,
        most: MOST,
        unit: 'us',
      },
    ],
    notes: [
      `${note} The time is the median of ${CLIENTS} a round, so it leaves out pauses for garbage collection. The CPU is the mean, and includes these pauses and the work after the call: reading the record.`,
    ],
  };
}
