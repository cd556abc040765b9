/** The requests that a fault hits. Never hit: preflights, approval pages, and requests refused by the rate limit. */
export interface FaultScope {
  /**
   * Compared with `METHOD /path`, with the path as in `sandbox.requests`: a string must be equal, a RegExp must
   * match. Default: every API request (`early17`: session/new).
   */
  match?: string | RegExp;
  /**
   * Number of requests that it hits. Default 1; Infinity: until removed. A browser may repeat a dropped GET by
   * itself.
   */
  times?: number;
  /** Number of matching requests that pass first. Default 0. */
  after?: number;
}

/** Delays the request in real time. The effect happens even if the caller has left by then. */
export interface LatencyFault extends FaultScope {
  kind: 'latency';
  /** Real milliseconds, independent of the sandbox clock. */
  ms: number;
  /** Whether the delay comes before the effect, or after it (a late answer). Default `'before'`. */
  when?: 'before' | 'after';
}

/** Never answers. Once the fault is removed, callers that still wait get their answer. */
export interface HangFault extends FaultScope {
  kind: 'hang';
  /** Whether it hangs before the effect or after it. Default `'before'`. */
  when?: 'before' | 'after';
}

/** Cuts the connection: `dropBefore` before the effect, `dropAfter` after it. */
export interface DropFault extends FaultScope {
  kind: 'dropBefore' | 'dropAfter';
}

/** 429/25, without an effect. */
export interface RateLimitedFault extends FaultScope {
  kind: 'rateLimited';
  /** The header `Retry-After`: seconds, or an HTTP date. Default 1; null: no header. */
  retryAfter?: number | string | null;
  /** TMDB's JSON, a CDN's page, or nothing. Default `'json'`. */
  body?: 'json' | 'html' | 'none';
}

/** A failure in TMDB's JSON, without an effect. */
export interface StatusFault extends FaultScope {
  kind: 'status';
  /** HTTP status. Default: TMDB's published one for `code`, else 503. */
  status?: number;
  /** TMDB's `status_code`. Default: the body has none. */
  code?: number;
}

/** A CDN's page instead of the API's JSON, without an effect. */
export interface HtmlFault extends FaultScope {
  kind: 'html';
  /** HTTP status. Default 200. */
  status?: number;
}

/** Applies the effect, but cuts the JSON in the middle. */
export interface TruncatedFault extends FaultScope {
  kind: 'truncated';
}

/**
 * `garbage`: 200 with fields of the wrong types. `early17`: 401/17 for an approved token, as TMDB may answer right
 * after an approval. Neither has an effect; the token stays valid.
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

/** An answer of your own, without an effect. */
export interface AnswerFault extends FaultScope {
  kind: 'answer';
  /** HTTP status. Default 200. */
  status?: number;
  /** Sent as JSON. Default null. */
  body?: unknown;
  /** Added to the default headers. */
  headers?: Record<string, string>;
}

/** Faults that replace the answer and have no effect. */
export type InsteadFault = RateLimitedFault | StatusFault | HtmlFault | WrongAnswerFault | AnswerFault;

/** One scripted fault. A request gets at most one: the first added that matches and is not used up. */
export type Fault = LatencyFault | HangFault | DropFault | TruncatedFault | RevokeUserFault | InsteadFault;

/** The scripted faults. */
export interface Faults {
  /** Adds a fault; returns a function that removes it. */
  add(fault: Fault): () => void;
  /** Removes all faults. */
  clear(): void;
}
