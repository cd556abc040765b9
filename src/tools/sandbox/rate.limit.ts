import { type Answer, failure } from './answers.ts';
import { type Clock, SECOND } from './clock.ts';
import type { SandboxOptions } from './types.ts';

/** Counts the API requests of everybody together. */
export interface RateLimit {
  /** 0: go on, and this request counts; else the whole seconds until one would be let through. */
  secondsToWait(): number;
}

/** At most `requests` within any `perSeconds` seconds of the sandbox clock. Without a rule everything passes. */
export function createRateLimit(clock: Clock, rule: SandboxOptions['rateLimit']): RateLimit {
  if (!rule) return { secondsToWait: () => 0 };
  const { requests, perSeconds } = rule;
  let recent: number[] = [];

  function secondsToWait(): number {
    const now = clock.now();
    // What lies ahead was counted before somebody set the clock back.
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

/** TMDB's 429/25, with the seconds to wait. */
export function tooMany(seconds: number): Answer {
  const answer = failure(25);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}
