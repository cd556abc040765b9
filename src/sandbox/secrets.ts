import { randomBytes, randomInt } from 'node:crypto';

/** Random hex digits: 32 for keys and guest sessions, 40 for request tokens and sessions, as TMDB's are. */
export function randomHex(digits: 32 | 40 | 24): string {
  return randomBytes(digits / 2).toString('hex');
}

/** An API Read Access Token: the shape and claims of TMDB's, the signature is noise. `now` in epoch ms. */
export function makeAccessToken(apiKey: string, now: number): string {
  const claims = {
    aud: apiKey,
    // TMDB's `nbf` is a float; the fraction is never zero, or JSON would print an integer.
    nbf: Math.floor(now / 1000) - 1 + randomInt(1, 1000) / 1000,
    sub: randomHex(24),
    scopes: ['api_read'],
    version: 1,
  };
  return [encode({ alg: 'HS256' }), encode(claims), randomBytes(32).toString('base64url')].join('.');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
