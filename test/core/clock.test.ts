import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createWallClock, pause, systemClock } from '../../src/lib/clock.ts';
import { within } from '../../src/lib/within.ts';
import { createTestClock, DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';

const NOTHING = { timers: 0, listeners: 0 };

function setUp() {
  const host = createTestClock();
  const clock = createWallClock(host);
  const fired: string[] = [];
  const wait = (ms: number, name = `${ms}`) => clock.setTimeout(() => void fired.push(name), ms);
  return { host, clock, fired, wait };
}

describe('a timer of the wall clock', () => {
  test.each([0, 1, SECOND, 30 * SECOND, 45 * SECOND, HOUR, 30 * DAY])(
    'of %i ms fires once, on time',
    (ms) => {
      const { host, fired, wait } = setUp();
      wait(ms, 'now');
      if (ms > 0) {
        host.advance(ms - 1);
        expect(fired).toEqual([]);
      }
      host.advance(1);
      host.advance(HOUR);
      expect(fired).toEqual(['now']);
      expect(host.pending()).toEqual(NOTHING);
    },
  );

  test('without an end is never armed, and can be cleared', () => {
    const { host, clock, fired, wait } = setUp();
    const handles = [wait(Number.POSITIVE_INFINITY), wait(Number.NaN)];
    expect(host.pending()).toEqual(NOTHING);
    for (const handle of handles) clock.clearTimeout(handle);
    clock.clearTimeout(undefined);
    host.advance(DAY);
    expect(fired).toEqual([]);
  });

  test('never fires once cleared, and leaves nothing', () => {
    const { host, clock, fired, wait } = setUp();
    const handle = wait(HOUR);
    host.advance(10 * MINUTE);
    clock.clearTimeout(handle);
    clock.clearTimeout(handle);
    expect(host.pending()).toEqual(NOTHING);
    host.sleep(DAY);
    host.wake();
    host.advance(DAY);
    expect(fired).toEqual([]);
  });

  test('asks the host for at most 30 s, as host timers cannot hold more than 2^31-1 ms', () => {
    const asked: number[] = [];
    const host = createTestClock();
    const clock = createWallClock({
      ...host,
      setTimeout: (run, ms) => {
        asked.push(ms);
        return host.setTimeout(run, ms);
      },
    });
    clock.setTimeout(() => {}, 100 * DAY);
    host.advance(5 * MINUTE);
    expect(asked.length).toBeGreaterThan(5);
    expect(Math.max(...asked)).toBeLessThanOrEqual(30 * SECOND);
  });
});

describe('the wall clock', () => {
  test('notices a sleep on waking', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(HOUR);
    expect(fired).toEqual([]);
    host.wake();
    expect(fired).toHaveLength(1);
  });

  test('notices an unreported sleep within 30 s', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(2 * HOUR);
    host.advance(30 * SECOND);
    expect(fired).toHaveLength(1);
  });

  test('does not wait longer after a short unreported sleep', () => {
    const { host, fired, wait } = setUp();
    wait(45 * SECOND);
    host.sleep(10 * SECOND);
    host.advance(30 * SECOND + 4_999);
    expect(fired).toEqual([]);
    host.advance(1);
    expect(fired).toHaveLength(1);
  });

  test('fires nothing when the host wakes it early', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(59 * MINUTE);
    host.wake();
    expect(fired).toEqual([]);
    host.advance(MINUTE);
    expect(fired).toHaveLength(1);
  });

  test('does not wait longer when the clock is set back, and ends a wait when it is set forward', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR, 'back');
    host.set(host.now() - 10 * DAY);
    host.advance(HOUR);
    expect(fired).toEqual(['back']);
    wait(HOUR, 'forward');
    host.set(host.now() + 10 * DAY);
    host.advance(30 * SECOND);
    expect(fired).toEqual(['back', 'forward']);
  });

  test('fires each timer that fell due during a sleep once', () => {
    const { host, fired, wait } = setUp();
    for (const ms of [HOUR, MINUTE, DAY, SECOND]) wait(ms);
    host.sleep(2 * HOUR);
    host.wake();
    expect([...fired].sort()).toEqual([`${SECOND}`, `${MINUTE}`, `${HOUR}`].sort());
    host.wake();
    host.advance(HOUR);
    expect(fired).toHaveLength(3);
  });

  test('does not fire a timer that another timer cleared on the same waking', () => {
    const { host, clock, fired, wait } = setUp();
    let second: unknown;
    clock.setTimeout(() => {
      fired.push('first');
      clock.clearTimeout(second);
    }, MINUTE);
    second = wait(MINUTE, 'second');
    host.sleep(HOUR);
    host.wake();
    expect(fired).toEqual(['first']);
    expect(host.pending()).toEqual(NOTHING);
  });

  test('gives a timer set while waking its whole time', () => {
    const { host, clock, fired, wait } = setUp();
    clock.setTimeout(() => wait(MINUTE, 'later'), MINUTE);
    host.sleep(HOUR);
    host.wake();
    expect(fired).toEqual([]);
    host.advance(MINUTE);
    expect(fired).toEqual(['later']);
  });
});

test('the wall clock listens to the host’s wake events only while a timer is set', () => {
  const { host, clock, wait } = setUp();
  expect(host.pending().listeners).toBe(0);
  const [one, two] = [wait(MINUTE), wait(HOUR)];
  expect(host.pending().listeners).toBe(1);
  clock.clearTimeout(one);
  expect(host.pending().listeners).toBe(1);
  clock.clearTimeout(two);
  expect(host.pending().listeners).toBe(0);
  wait(SECOND);
  host.advance(SECOND);
  expect(host.pending()).toEqual(NOTHING);
});

test('a pause ends in time or with its signal, and leaves nothing', async () => {
  const { host, clock } = setUp();
  const inTime = pause(clock, SECOND, new AbortController().signal);
  host.advance(SECOND);
  await inTime;
  const leaving = new AbortController();
  const cut = pause(clock, HOUR, leaving.signal);
  leaving.abort();
  await cut;
  await pause(clock, HOUR, AbortSignal.abort());
  expect(host.pending()).toEqual(NOTHING);
});

test('many pauses leave no listener on a signal that outlives them', async () => {
  const { host, clock } = setUp();
  const { signal } = new AbortController();
  const paused = pause(clock, SECOND, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  host.advance(SECOND);
  await paused;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('without a clock option the host’s clock tells the time and its timers fire', async () => {
  const before = Date.now();
  const clock = createWallClock(systemClock);
  await new Promise<void>((resolve) => void clock.setTimeout(resolve, 1));
  expect(clock.now()).toBeGreaterThanOrEqual(before);
  clock.clearTimeout(clock.setTimeout(() => {}, HOUR));
});

test('a cleared timer of the host does not fire', async () => {
  const fired: string[] = [];
  systemClock.clearTimeout(systemClock.setTimeout(() => void fired.push('cleared'), 1));
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5));
  expect(fired).toEqual([]);
});

test('a wait of more than a minute does not keep a Node process alive, a shorter one does', () => {
  const handles: NodeJS.Timeout[] = [];
  const clock = createWallClock({
    ...systemClock,
    setTimeout: (run, ms) => {
      const handle = setTimeout(run, ms);
      handles.push(handle);
      return handle;
    },
  });
  const waits = [MINUTE, MINUTE + 1].map((ms) => clock.setTimeout(() => {}, ms));
  expect(handles.map((handle) => handle.hasRef())).toEqual([true, false]);
  for (const wait of waits) clock.clearTimeout(wait);
});

test('the wall clock works on a host that returns no handle for a timer', () => {
  const host = createTestClock();
  const clock = createWallClock({ ...host, setTimeout: (run, ms) => void host.setTimeout(run, ms) });
  const fired: string[] = [];
  clock.setTimeout(() => void fired.push('now'), HOUR);
  host.advance(HOUR);
  expect(fired).toEqual(['now']);
});

test('work that times out leaves no listener on the signal around it', async () => {
  const host = createTestClock();
  const outer = new AbortController();
  const never = () => new Promise<never>(() => {});
  const ended = within(createWallClock(host), 1_000, never, outer.signal);
  const refused = expect(ended).rejects.toMatchObject({ code: 'timeout' });
  host.advance(1_000);
  await refused;
  expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
});
