import { EncryptJWT, jwtDecrypt } from 'jose';

/** Encrypts and authenticates text, for one purpose and until its end. */
export interface Seal {
  /** `expiresAt` in epoch ms; rounded up to the second. */
  close(purpose: string, text: string, expiresAt: number): Promise<string>;
  /** The text, or null if it was not sealed by us, was sealed for another purpose, or has expired. Never rejects. */
  open(purpose: string, sealed: string): Promise<string | null>;
}

const SHORTEST_SECRET = 32;
const ALGORITHMS = {
  keyManagementAlgorithms: ['dir'],
  contentEncryptionAlgorithms: ['A256GCM'],
};

interface Key {
  kid: string;
  key: CryptoKey;
}

/**
 * JWE (RFC 7516), `dir` with A256GCM; the purpose is in the authenticated header. The first secret seals, all of them
 * open: put a new one in front, and remove the old one when everything it sealed has expired.
 */
export function createSeal(secrets: readonly string[], now: () => number = Date.now): Seal {
  const isSecret = (secret: unknown) => typeof secret === 'string' && secret.length >= SHORTEST_SECRET;
  if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret)) {
    throw new TypeError(
      `tmdb-auth: secrets is a list of random texts of at least ${SHORTEST_SECRET} characters. Make one with: openssl rand -base64 32`,
    );
  }
  let keys: Promise<Key[]> | undefined;
  const ready = () => {
    keys ??= Promise.all(secrets.map(derive));
    return keys;
  };

  return {
    async close(purpose, text, expiresAt) {
      const [newest] = (await ready()) as [Key];
      return new EncryptJWT({ text })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: newest.kid, typ: purpose })
        .setExpirationTime(Math.ceil(expiresAt / 1_000))
        .encrypt(newest.key);
    },
    async open(purpose, sealed) {
      const known = await ready();
      try {
        const { payload } = await jwtDecrypt(
          sealed,
          ({ kid }) => {
            const found = known.find((candidate) => candidate.kid === kid);
            if (!found) throw new Error('unknown kid');
            return found.key;
          },
          { ...ALGORITHMS, typ: purpose, requiredClaims: ['exp'], currentDate: new Date(now()) },
        );
        return typeof payload.text === 'string' ? payload.text : null;
      } catch {
        return null;
      }
    },
  };
}

/** HKDF, as a secret is text of any length. The key's `kid` reveals nothing about the key. */
async function derive(secret: string): Promise<Key> {
  const { subtle } = globalThis.crypto;
  const material = await subtle.importKey('raw', bytes(secret), 'HKDF', false, ['deriveBits']);
  const bits = async (info: string, length: number) =>
    new Uint8Array(
      await subtle.deriveBits(
        { name: 'HKDF', hash: 'SHA-256', salt: bytes('tmdb-auth'), info: bytes(info) },
        material,
        length,
      ),
    );
  const name = await bits('key id', 48);
  return {
    kid: Array.from(name, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    // Imported once, not for every cookie.
    key: await subtle.importKey('raw', await bits('A256GCM', 256), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);
