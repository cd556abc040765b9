/** Which requests a fault hits. Preflights, the approval pages and what the rate limit refuses are never hit. */
export interface FaultScope {
  /**
   * On `METHOD /path`, the path as `sandbox.requests` shows it: a string must be equal, a RegExp must match.
   * Default: every API request (`early17`: session/new).
   */
  match?: string | RegExp;
  /** How many requests it hits. Default 1; Infinity: until removed. A browser may repeat a dropped GET by itself. */
  times?: number;
  /** How many matching requests pass unharmed first. Default 0. */
  after?: number;
}

/** Waits real time, then goes on. The effect happens even if the caller has left by then. */
export interface LatencyFault extends FaultScope {
  kind: 'latency';
  /** Real milliseconds; the sandbox clock has no say. */
  ms: number;
  /** Whether the wait comes before the effect or after it (the answer is late). Default `'before'`. */
  when?: 'before' | 'after';
}

/** Never answers; once the fault is removed, callers that are still there get their answer. */
export interface HangFault extends FaultScope {
  kind: 'hang';
  /** Whether it hangs before the effect or after it. Default `'before'`. */
  when?: 'before' | 'after';
}

/** Cuts the connection: `dropBefore` with nothing done, `dropAfter` with everything done. */
export interface DropFault extends FaultScope {
  kind: 'dropBefore' | 'dropAfter';
}

/** 429/25; nothing was done. */
export interface RateLimitedFault extends FaultScope {
  kind: 'rateLimited';
  /** The header `Retry-After`: seconds, or an HTTP date. Default 1; null: no header. */
  retryAfter?: number | string | null;
  /** TMDB's JSON, a CDN's page, or nothing. Default `'json'`. */
  body?: 'json' | 'html' | 'none';
}

/** A failure in TMDB's JSON; nothing was done. */
export interface StatusFault extends FaultScope {
  kind: 'status';
  /** HTTP status. Default: the one TMDB publishes for `code`, else 503. */
  status?: number;
  /** TMDB's `status_code`. Default: the body has none. */
  code?: number;
}

/** A CDN's page in place of the API's JSON; nothing was done. */
export interface HtmlFault extends FaultScope {
  kind: 'html';
  /** HTTP status. Default 200. */
  status?: number;
}

/** Does what was asked, but its JSON stops half way. */
export interface TruncatedFault extends FaultScope {
  kind: 'truncated';
}

/**
 * `garbage`: 200 with JSON whose fields have the wrong types.
 * `early17`: 401/17 although approved, as TMDB may say right after an approval. Nothing was done, the token stays good.
 */
export interface WrongAnswerFault extends FaultScope {
  kind: 'garbage' | 'early17';
}

/** The user revokes the app just before the request is handled. */
export interface RevokeUserFault extends FaultScope {
  kind: 'revokeUser';
  /** Default: every user. */
  username?: string;
}

/** An answer of your own; nothing was done. */
export interface AnswerFault extends FaultScope {
  kind: 'answer';
  /** HTTP status. Default 200. */
  status?: number;
  /** Sent as JSON. Default null. */
  body?: unknown;
  /** Added to the answer's own. */
  headers?: Record<string, string>;
}

/** A fault that does nothing and answers something else. */
export type InsteadFault = RateLimitedFault | StatusFault | HtmlFault | WrongAnswerFault | AnswerFault;

/** One scripted fault. The first one added that matches and is not spent decides; a request gets one fault at most. */
export type Fault = LatencyFault | HangFault | DropFault | TruncatedFault | RevokeUserFault | InsteadFault;

/** The script of faults. */
export interface Faults {
  /** Adds a fault and returns its removal. */
  add(fault: Fault): () => void;
  /** Removes every fault. */
  clear(): void;
}
