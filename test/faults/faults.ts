import type { Fault } from '../../src/tools/sandbox/index.ts';
import { DAY, HOUR, SECOND } from '../support/clock.ts';

/** How a fault is caused. */
export type Trouble =
  /** TMDB or the connection fails during the request of the step. */
  | { at: 'tmdb'; fault: Fault }
  /** TMDB has the effect at once and answers long after the request’s timeout. */
  | { at: 'slow' }
  /** The clock of this machine is changed during the request (or the storage operation, if there is no request). */
  | { at: 'clock'; by: number }
  | { at: 'storage'; how: 'throws' | 'hangs' | 'full' };

/** The wait that TMDB asks for in `429, wait 7 s`: longer than any wait of our own. */
export const RETRY_AFTER = 7 * SECOND;

/** A slow TMDB answers after this long; requests time out after 10 s. */
export const SLOW = 12 * SECOND;

/** Every fault, in the words of the documentation and the tests. */
export const FAULTS = {
  dropBefore: { words: 'the request is lost', trouble: { at: 'tmdb', fault: { kind: 'dropBefore' } } },
  dropAfter: { words: 'the answer is lost', trouble: { at: 'tmdb', fault: { kind: 'dropAfter' } } },
  slow: { words: 'answered after 12 s', trouble: { at: 'slow' } },
  hangBefore: { words: 'not received, never answered', trouble: { at: 'tmdb', fault: { kind: 'hang' } } },
  hangAfter: {
    words: 'done, never answered',
    trouble: { at: 'tmdb', fault: { kind: 'hang', when: 'after' } },
  },
  wait: {
    words: '429, wait 7 s',
    trouble: { at: 'tmdb', fault: { kind: 'rateLimited', retryAfter: RETRY_AFTER / SECOND } },
  },
  tooMany: {
    words: '429 without Retry-After',
    trouble: { at: 'tmdb', fault: { kind: 'rateLimited', retryAfter: null, body: 'none' } },
  },
  error500: { words: '500', trouble: { at: 'tmdb', fault: { kind: 'status', status: 500, code: 11 } } },
  error503: { words: '503', trouble: { at: 'tmdb', fault: { kind: 'status', status: 503 } } },
  html200: { words: 'HTML with 200', trouble: { at: 'tmdb', fault: { kind: 'html', status: 200 } } },
  html502: { words: 'HTML with 502', trouble: { at: 'tmdb', fault: { kind: 'html', status: 502 } } },
  garbage: { words: 'JSON with wrong types', trouble: { at: 'tmdb', fault: { kind: 'garbage' } } },
  truncated: { words: 'done, JSON cut off', trouble: { at: 'tmdb', fault: { kind: 'truncated' } } },
  ahead: { words: 'an hour ahead', trouble: { at: 'clock', by: HOUR } },
  back: { words: 'a day back', trouble: { at: 'clock', by: -DAY } },
  throws: { words: 'throws', trouble: { at: 'storage', how: 'throws' } },
  hangs: { words: 'never answers', trouble: { at: 'storage', how: 'hangs' } },
  full: { words: 'full', trouble: { at: 'storage', how: 'full' } },
} as const satisfies Record<string, { words: string; trouble: Trouble }>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export const troubleOf = (name: FaultName): Trouble => FAULTS[name].trouble;

/** The tables of the documentation. */
export const GROUPS: { name: string; faults: FaultName[] }[] = [
  {
    name: 'connection',
    faults: ['dropBefore', 'dropAfter', 'slow', 'hangBefore', 'hangAfter'],
  },
  { name: 'busy', faults: ['wait', 'tooMany', 'error500', 'error503'] },
  { name: 'proxy', faults: ['html200', 'html502', 'garbage', 'truncated'] },
  { name: 'clock', faults: ['ahead', 'back'] },
  { name: 'storage', faults: ['throws', 'hangs', 'full'] },
];

/** A clock is set once; every other fault may last. */
export const mayLast = (name: FaultName) => troubleOf(name).at !== 'clock';
