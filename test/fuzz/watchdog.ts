import { Worker } from 'node:worker_threads';

/** How long one input may keep this thread from everything else, in ms: what loops for ever answers nothing. */
const PATIENCE = 60_000;

/** In a thread of its own: counts the time since the last sign of life, and ends the process with the last name. */
const WATCH = `
  const { workerData: { beats, name, patience } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  let seen = -1;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    if (now !== seen) return void (seen = now);
    const length = name.findIndex((byte) => byte === 0);
    writeSync(2, 'This hangs: ' + new TextDecoder().decode(name.slice(0, length)) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, patience);
`;

export interface Watchdog {
  /** `name`: what is about to be done. */
  beat(name: string): void;
}

export function watch(patience = PATIENCE): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const name = new Uint8Array(new SharedArrayBuffer(256));
  new Worker(WATCH, { eval: true, workerData: { beats, name, patience } }).unref();
  return {
    beat(doing) {
      Atomics.add(beats, 0, 1);
      name.fill(0);
      name.set(new TextEncoder().encode(doing).slice(0, 255));
    },
  };
}
