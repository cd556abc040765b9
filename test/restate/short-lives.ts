import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/** TMDB's date format: `2026-11-23 12:00:00 UTC`. */
const tmdbDate = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/**
 * Makes the next request token live that long, in ms, rounded up to full seconds. The sandbox does not know this
 * token, so it cannot be approved.
 */
export function livesFor(tmdb: Sandbox, ms: number): void {
  tmdb.faults.add({
    kind: 'answer',
    match: 'GET /3/authentication/token/new',
    body: {
      success: true,
      expires_at: tmdbDate(Math.ceil((Date.now() + ms) / 1_000) * 1_000),
      request_token: randomBytes(20).toString('hex'),
    },
  });
}
