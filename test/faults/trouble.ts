import type { ClockPort, StoragePort } from '../../src/index.ts';
import { memoryStorage } from '../../src/index.ts';
import type { MaybePromise } from '../../src/ports.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const never = () => new Promise<never>(() => {});

/** A storage that can be made to fail. */
export function troubledStorage() {
  const base = memoryStorage();
  let how: 'throws' | 'hangs' | 'full' | 'waits' | null = null;
  let asked = 0;
  let open = () => {};
  const ask = <T>(isWrite: boolean, work: () => MaybePromise<T>): MaybePromise<T> => {
    asked += 1;
    if (how === 'throws' || (how === 'full' && isWrite)) throw new Error('QuotaExceededError');
    if (how === 'hangs') return never();
    if (how === 'waits') {
      return new Promise<void>((resolve) => {
        open = resolve;
      }).then(work);
    }
    return work();
  };
  const storage: StoragePort = {
    get: (key) => ask(false, () => base.get(key)),
    set: (key, value) => ask(true, () => base.set(key, value)),
    remove: (key) => ask(false, () => base.remove(key)),
  };
  return {
    storage,
    fail(kind: typeof how) {
      how = kind;
      asked = 0;
    },
    /** How often it was used since it began to fail. */
    asked: () => asked,
    heal() {
      how = null;
      open();
    },
    /** The text that is really stored. */
    text: (key: string) => base.get(key) as string | null,
  };
}

/** A request that the sandbox holds back; time may pass meanwhile. */
export interface Holding {
  /** Whether the request of that number (from 1) is held now. */
  holds(number: number): boolean;
  /** Must be called often. */
  update(): void;
  /** Lets later requests pass; what is held stays held. */
  pass(): void;
  /** Also releases what is held. */
  end(): void;
}

/**
 * Holds back every answer to `match` for `ms` of simulated time, or for ever. With `when: 'after'` TMDB has the
 * effect at once.
 */
export function holdBack(
  tmdb: Sandbox,
  clock: ClockPort,
  { match, ms, lasts, when }: { match: string; ms: number; lasts: boolean; when: 'before' | 'after' },
): Holding {
  const first = tmdb.requests.length;
  const releases: (() => void)[] = [];
  const released = new Set<number>();
  let isOver = false;
  const arm = () => {
    const release = tmdb.faults.add({ kind: 'hang', when, match, times: 1 });
    releases.push(release);
  };
  const arrived = () =>
    tmdb.requests.slice(first).filter(({ method, path }) => `${method} ${path}` === match).length;
  const timers: unknown[] = [];
  arm();
  return {
    holds: (number) => number <= timers.length && !released.has(number),
    update() {
      while (!isOver && timers.length < releases.length && arrived() > timers.length) {
        const number = timers.length + 1;
        const letGo = () => {
          released.add(number);
          releases[number - 1]?.();
        };
        timers.push(ms === ALWAYS ? null : clock.setTimeout(letGo, ms));
        if (lasts) arm();
      }
    },
    pass() {
      this.update();
      isOver = true;
      releases.at(timers.length)?.();
    },
    end() {
      isOver = true;
      for (const timer of timers) if (timer !== null) clock.clearTimeout(timer);
      for (let number = 1; number <= releases.length; number++) released.add(number);
      for (const release of releases) release();
    },
  };
}
