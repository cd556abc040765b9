import { type Answer, failure, json, sessionDenied } from './answers.ts';
import { type Ending, unlessEnded } from './ending.ts';
import type { InsteadFault, RateLimitedFault } from './fault.types.ts';
import type { ActiveFault } from './faults.ts';
import { cdnPage } from './pages.ts';

/** The parts of the request handling that a fault controls. */
export interface Handling {
  /** Applies the request's effect and returns the right answer. */
  handle(): Answer;
  revoke(username?: string): void;
  /** Whether the caller is still connected. */
  isConnected(): boolean;
  /** Marks the request as held until `released` settles. */
  whileHeld(released: Promise<unknown>): Promise<void>;
  /** Ends when the sandbox closes: pending waits reject. */
  closing: Ending;
}

/** Captured early, as tests with fake timers replace them; faults wait real time. */
const { setTimeout, clearTimeout } = globalThis;

/** The answer with this fault, or null to cut the connection. */
export async function answerWith(
  active: ActiveFault | undefined,
  handling: Handling,
): Promise<Answer | null> {
  if (!active) return handling.handle();
  const { fault, removed } = active;
  switch (fault.kind) {
    case 'latency':
    case 'hang': {
      const early = fault.when === 'after' ? handling.handle() : undefined;
      if (fault.kind === 'latency') await sleep(fault.ms, handling.closing);
      else if (!removed.isEnded) await handling.whileHeld(unlessEnded(handling.closing, removed.onEnd));
      if (early) return early;
      // A slow server finishes the request even if the caller has left; a hung one never began it.
      return fault.kind === 'latency' || handling.isConnected() ? handling.handle() : null;
    }
    case 'dropBefore':
      return null;
    case 'dropAfter':
      handling.handle();
      return null;
    case 'truncated': {
      const answer = handling.handle();
      return { ...answer, text: answer.text.slice(0, answer.text.length / 2) };
    }
    case 'revokeUser':
      handling.revoke(fault.username);
      return handling.handle();
    default:
      return instead(fault);
  }
}

const sleep = (ms: number, closing: Ending) =>
  unlessEnded(closing, (done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  });

function instead(fault: InsteadFault): Answer {
  switch (fault.kind) {
    case 'rateLimited':
      return rateLimited(fault);
    case 'status': {
      const answer = fault.code === undefined ? json(503, { success: false }) : failure(fault.code);
      return { ...answer, status: fault.status ?? answer.status };
    }
    case 'html':
      return cdnPage(fault.status ?? 200);
    case 'garbage':
      return json(200, {
        success: true,
        request_token: 17,
        session_id: 17,
        guest_session_id: 17,
        access_token: 17,
        account_id: 17,
        expires_at: 'soon',
        id: 'none',
        username: null,
      });
    case 'early17':
      return sessionDenied();
    case 'answer':
      return json(fault.status ?? 200, fault.body ?? null, fault.headers);
  }
}

function rateLimited({ retryAfter = 1, body = 'json' }: RateLimitedFault): Answer {
  const answer = body === 'html' ? cdnPage(429) : failure(25);
  return {
    status: 429,
    headers: retryAfter === null ? answer.headers : { ...answer.headers, 'retry-after': String(retryAfter) },
    text: body === 'none' ? '' : answer.text,
  };
}
