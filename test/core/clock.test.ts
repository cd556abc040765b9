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

describe('a wait', () => {
  test.each([0, 1, SECOND, 30 * SECOND, 45 * SECOND, HOUR, 30 * DAY])(
    'of %i ms fires once, then and not before',
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

  test('without an end is never armed, and can be cleared all the same', () => {
    const { host, clock, fired, wait } = setUp();
    const handles = [wait(Number.POSITIVE_INFINITY), wait(Number.NaN)];
    expect(host.pending()).toEqual(NOTHING);
    for (const handle of handles) clock.clearTimeout(handle);
    clock.clearTimeout(undefined);
    host.advance(DAY);
    expect(fired).toEqual([]);
  });

  test('that was cleared never fires, and leaves nothing', () => {
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

  test('asks the host for 30 s at most: a host timer cannot hold more than 2^31-1', () => {
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

describe('time that jumps', () => {
  test('a sleep is noticed on waking', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(HOUR);
    expect(fired).toEqual([]);
    host.wake();
    expect(fired).toHaveLength(1);
  });

  test('a sleep nobody tells of is noticed within 30 s', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(2 * HOUR);
    host.advance(30 * SECOND);
    expect(fired).toHaveLength(1);
  });

  test('a short sleep nobody tells of does not lengthen the rest of a wait', () => {
    const { host, fired, wait } = setUp();
    wait(45 * SECOND);
    host.sleep(10 * SECOND);
    host.advance(30 * SECOND + 4_999);
    expect(fired).toEqual([]);
    host.advance(1);
    expect(fired).toHaveLength(1);
  });

  test('waking too early fires nothing', () => {
    const { host, fired, wait } = setUp();
    wait(HOUR);
    host.sleep(59 * MINUTE);
    host.wake();
    expect(fired).toEqual([]);
    host.advance(MINUTE);
    expect(fired).toHaveLength(1);
  });

  test('a clock set back does not lengthen a wait, a clock set forward ends it', () => {
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

  test('each timer that fell due in a sleep fires once on waking', () => {
    const { host, fired, wait } = setUp();
    for (const ms of [HOUR, MINUTE, DAY, SECOND]) wait(ms);
    host.sleep(2 * HOUR);
    host.wake();
    expect([...fired].sort()).toEqual([`${SECOND}`, `${MINUTE}`, `${HOUR}`].sort());
    host.wake();
    host.advance(HOUR);
    expect(fired).toHaveLength(3);
  });

  test('a timer that another clears on the same waking does not fire', () => {
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

  test('a timer set while waking waits its own time', () => {
    const { host, clock, fired, wait } = setUp();
    clock.setTimeout(() => wait(MINUTE, 'later'), MINUTE);
    host.sleep(HOUR);
    host.wake();
    expect(fired).toEqual([]);
    host.advance(MINUTE);
    expect(fired).toEqual(['later']);
  });
});

test('the host’s wake events are listened to only while something waits', () => {
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

test('a signal that outlives many pauses is not listened to by any of them', async () => {
  const { host, clock } = setUp();
  const { signal } = new AbortController();
  const paused = pause(clock, SECOND, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  host.advance(SECOND);
  await paused;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('the host’s own clock is the time and its timers fire', async () => {
  const before = Date.now();
  const clock = createWallClock(systemClock);
  await new Promise<void>((resolve) => void clock.setTimeout(resolve, 1));
  expect(clock.now()).toBeGreaterThanOrEqual(before);
  clock.clearTimeout(clock.setTimeout(() => {}, HOUR));
});

test('the host’s timer that was cleared does not fire', async () => {
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

test('a host whose timers have no handle will do', () => {
  const host = createTestClock();
  const clock = createWallClock({ ...host, setTimeout: (run, ms) => void host.setTimeout(run, ms) });
  const fired: string[] = [];
  clock.setTimeout(() => void fired.push('now'), HOUR);
  host.advance(HOUR);
  expect(fired).toEqual(['now']);
});

test('work that outlives its time keeps no listener on the signal around it', async () => {
  const host = createTestClock();
  const outer = new AbortController();
  const never = () => new Promise<never>(() => {});
  const ended = within(createWallClock(host), 1_000, never, outer.signal);
  const refused = expect(ended).rejects.toMatchObject({ code: 'timeout' });
  host.advance(1_000);
  await refused;
  expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
});
