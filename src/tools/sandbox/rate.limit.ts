import { type Answer, failure } from './answers.ts';
import { type Clock, SECOND } from './clock.ts';
import type { SandboxOptions } from './types.ts';

/** Counts the API requests of all callers together. */
export interface RateLimit {
  /** 0: the request may pass and is counted. Else the whole seconds until one may pass. */
  secondsToWait(): number;
}

/** Allows `requests` within any `perSeconds` seconds of the sandbox clock. Without a rule, all requests. */
export function createRateLimit(clock: Clock, rule: SandboxOptions['rateLimit']): RateLimit {
  if (!rule) return { secondsToWait: () => 0 };
  const { requests, perSeconds } = rule;
  let recent: number[] = [];

  function secondsToWait(): number {
    const now = clock.now();
    // Requests in the future were counted before the clock was set back.
    recent = recent.filter((at) => at <= now && now < at + perSeconds * SECOND);
    if (recent.length >= requests) {
      const free = (recent[recent.length - requests] ?? now) + perSeconds * SECOND;
      return Math.ceil((free - now) / SECOND);
    }
    recent.push(now);
    return 0;
  }

  return { secondsToWait };
}

/** TMDB's 429/25 with `Retry-After`. */
export function tooMany(seconds: number): Answer {
  const answer = failure(25);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}
