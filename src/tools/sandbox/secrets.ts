/** Captured early: tests of phone apps remove `crypto`, as phones have none. */
const { crypto } = globalThis;

/** Random hex digits, as many as TMDB uses: 32 for keys and guest sessions, 40 for v3 request tokens and sessions. */
export function randomHex(digits: 32 | 40): string {
  return [...randomBytes(digits / 2)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An API Read Access Token; `accountObjectId` is its owner's. `now` in epoch ms. */
export function makeReadToken(apiKey: string, accountObjectId: string, now: number): string {
  return makeToken({ sub: accountObjectId, scopes: ['api_read'] }, apiKey, now);
}

/** The claims of a v4 request token. */
export interface RequestClaims {
  /** Its number; the access token keeps it (recorded). */
  jti: number;
  /** Epoch seconds. */
  exp: number;
  /** Null if the app gave none (recorded). */
  redirect_to: string | null;
}

/** A v4 request token. `now` in epoch ms. */
export function makeRequestToken(claims: RequestClaims, apiKey: string, now: number): string {
  return makeToken({ ...claims, scopes: ['pending_request_token'] }, apiKey, now);
}

/** A v4 user access token: it has no `exp` (recorded). `now` in epoch ms. */
export function makeUserToken(claims: { jti: number; sub: string }, apiKey: string, now: number): string {
  return makeToken({ ...claims, scopes: ['api_read', 'api_write'] }, apiKey, now);
}

/** A JWT with the shape and claims of TMDB's (recorded) and a random signature. */
function makeToken(claims: object, apiKey: string, now: number): string {
  // TMDB's `nbf` is a float; the fraction is never zero, or JSON would print an integer.
  const [noise = 0] = randomBytes(1);
  const nbf = Math.floor(now / 1000) - 1 + (noise + 1) / 1000;
  const all = { aud: apiKey, nbf, ...claims, version: 1 };
  return [encode({ alg: 'HS256' }), encode(all), base64url(randomBytes(32))].join('.');
}

function encode(value: unknown): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
