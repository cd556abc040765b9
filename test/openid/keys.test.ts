import { checkPrimeSync } from 'node:crypto';
import { calculateJwkThumbprint, createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { signingKeysOf } from '../../src/platforms/openid/keys.ts';
import { CLIENTS, createSite, signIn } from './site.ts';

const SECRET = 'a-secret-of-this-test-that-is-long-enough';

test.each<[string, { id_token_signed_response_alg?: 'ES256' }]>([
  ['RS256', {}],
  ['ES256', { id_token_signed_response_alg: 'ES256' }],
])('an ID token is signed with %s for an app registered with %o', async (algorithm, field) => {
  const site = await createSite({ clients: CLIENTS.map((client) => ({ ...client, ...field })) });
  const { tokens } = await signIn(site);
  const keys = createRemoteJWKSet(new URL(`${site.issuer}/jwks`));
  const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', keys, { algorithms: [algorithm] });
  expect(protectedHeader.alg).toBe(algorithm);
});

test('the discovery document names RS256, as OpenID Connect Discovery asks of every provider', async () => {
  const { issuer } = await createSite();
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { id_token_signing_alg_values_supported: algorithms } = (await answer.json()) as Record<
    string,
    string[]
  >;
  expect(algorithms).toEqual(['RS256', 'ES256']);
});

test('the same secret gives the same keys in every version, as instances of two versions run side by side', async () => {
  const kids = await Promise.all(signingKeysOf([SECRET]).map((key) => calculateJwkThumbprint(key)));
  expect(kids).toEqual([
    'khq8XahosyLgXUG6ZniBT44nKsOlKw6G3xcT2bVd8Nw',
    'wqbJ7VTpMtI8xeFRrhNs9S03m3cQIgdgxveMKEDw-xU',
  ]);
});

const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);

// By arithmetic, as OpenSSL repairs a wrong `dp`, `dq` or `qi` in silence.
test.each(['first', 'second'])('every part of the RSA key derived from "%s" is correct', (secret) => {
  const [key] = signingKeysOf([secret]);
  if (key?.kty !== 'RSA') throw new Error('not an RSA key');
  const [n, e, d, p, q] = [number(key.n), number(key.e), number(key.d), number(key.p), number(key.q)];
  expect(checkPrimeSync(p) && checkPrimeSync(q)).toBe(true);
  expect(n).toBe(p * q);
  expect(n.toString(2)).toHaveLength(2_048);
  expect((d * e) % ((p - 1n) * (q - 1n))).toBe(1n);
  expect(number(key.dp)).toBe(d % (p - 1n));
  expect(number(key.dq)).toBe(d % (q - 1n));
  expect((number(key.qi) * q) % p).toBe(1n);
});
