import { Worker } from 'node:worker_threads';

/** The longest time that one input may block this thread, in ms: an endless loop never yields. */
const PATIENCE = 60_000;

/**
 * Runs in its own thread: measures the time since the last sign of life, and kills the process with the last
 * name.
 */
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
  /** `name`: the parser that runs next. */
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
