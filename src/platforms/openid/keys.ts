import { createECDH, hkdfSync } from 'node:crypto';

/** A private signing key as a JWK. */
export interface SigningKey {
  kty: 'EC';
  crv: 'P-256';
  alg: 'ES256';
  use: 'sig';
  x: string;
  y: string;
  d: string;
}

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const derive = (secret: string, purpose: string, length: number) =>
  Buffer.from(hkdfSync('sha256', secret, 'tmdb-auth', purpose, length));

/**
 * One signing key per secret. Every instance derives the same keys, so that there is no key to store or hand around.
 *
 * P-256 (ES256), because every OpenID client library verifies it: Ed25519 is missing in some, and an RSA key cannot
 * be derived. 48 bytes reduced modulo the order leave no measurable bias (FIPS 186-5, A.2.1).
 */
export function signingKeysOf(secrets: readonly string[]): SigningKey[] {
  return secrets.map((secret) => {
    const number = BigInt(`0x${derive(secret, 'openid signing key', 48).toString('hex')}`);
    const scalar = (number % (ORDER - 1n)) + 1n;
    const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(d);
    // The first byte says that both coordinates follow.
    const point = curve.getPublicKey().subarray(1);
    const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((half) => half.toString('base64url'));
    return {
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      use: 'sig',
      x: `${x}`,
      y: `${y}`,
      d: d.toString('base64url'),
    };
  });
}

/** Keys that sign the provider's cookies. The first one signs. */
export const cookieKeysOf = (secrets: readonly string[]): string[] =>
  secrets.map((secret) => derive(secret, 'openid cookie key', 32).toString('base64url'));
