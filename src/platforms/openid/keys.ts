import { checkPrimeSync, createECDH, hkdfSync } from 'node:crypto';

/** A private signing key as a JWK. */
export type SigningKey = { alg: 'RS256' | 'ES256'; use: 'sig' } & (
  | { kty: 'RSA'; n: string; e: string; d: string; p: string; q: string; dp: string; dq: string; qi: string }
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string }
);

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const derive = (secret: string, purpose: string, length: number) =>
  Buffer.from(hkdfSync('sha256', secret, 'tmdb-auth', purpose, length));
const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
const base64url = (number: bigint, length: number) =>
  Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex').toString('base64url');

/**
 * Two signing keys per secret. Every instance derives the same keys, so that there is no key to store or hand around.
 *
 * RS256 comes first: a provider must have it (OpenID Connect Discovery 1.0, section 3), and many client libraries
 * expect it without reading the discovery document. ES256 is for apps that are registered with it. Ed25519 is missing
 * in some libraries.
 */
export const signingKeysOf = (secrets: readonly string[]): SigningKey[] =>
  secrets.flatMap((secret) => [rsaKeyOf(secret), ecKeyOf(secret)]);

/** 2048 bits. The primes come from the secret instead of a random generator; OpenSSL tests them as its own. */
function rsaKeyOf(secret: string): SigningKey {
  const e = 65_537n;
  const p = primeOf(secret, 'p', e);
  const q = primeOf(secret, 'q', e);
  const d = inverse(e, (p - 1n) * (q - 1n));
  return {
    kty: 'RSA',
    alg: 'RS256',
    use: 'sig',
    n: base64url(p * q, 256),
    e: base64url(e, 3),
    d: base64url(d, 256),
    p: base64url(p, 128),
    q: base64url(q, 128),
    dp: base64url(d % (p - 1n), 128),
    dq: base64url(d % (q - 1n), 128),
    qi: base64url(inverse(q, p), 128),
  };
}

/** They divide three of four odd numbers, which is found out much faster than by `checkPrimeSync`. */
const SMALL_PRIMES = [
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
];

/** The first prime of a sequence of numbers with 1024 bits. About one in 350 odd numbers of that size is prime. */
function primeOf(secret: string, name: string, exponent: bigint): bigint {
  for (let tries = 0; ; tries++) {
    const bytes = derive(secret, `openid rsa key ${name} ${tries}`, 128);
    // Two leading ones give the product all of its bits.
    bytes.writeUInt8(bytes.readUInt8(0) | 0b1100_0000, 0);
    bytes.writeUInt8(bytes.readUInt8(127) | 1, 127);
    const prime = numberOf(bytes);
    const isComposite = SMALL_PRIMES.some((small) => prime % small === 0n);
    if (!isComposite && prime % exponent !== 1n && checkPrimeSync(prime)) return prime;
  }
}

/** Euclid's extended algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number, modulus, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

/** 48 bytes reduced modulo the order leave no measurable bias (FIPS 186-5, A.2.1). */
function ecKeyOf(secret: string): SigningKey {
  const scalar = (numberOf(derive(secret, 'openid signing key', 48)) % (ORDER - 1n)) + 1n;
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
}

/** Keys that sign the provider's cookies. The first one signs. */
export const cookieKeysOf = (secrets: readonly string[]): string[] =>
  secrets.map((secret) => derive(secret, 'openid cookie key', 32).toString('base64url'));
