import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../src/platforms/seal.ts';

const OLD = 'old-secret-old-secret-old-secret-old';
const NEW = 'new-secret-new-secret-new-secret-new';
const LATER = Date.now() + 60_000;

describe('sealed text', () => {
  test('opens for its purpose, and for no other', async () => {
    const seal = createSeal([NEW]);
    const sealed = await seal.close('pending', 'the text', LATER);
    expect(await seal.open('pending', sealed)).toBe('the text');
    expect(await seal.open('session', sealed)).toBe(null);
  });

  test('cannot be opened after its end', async () => {
    let now = 1_000_000;
    const seal = createSeal([NEW], () => now);
    const sealed = await seal.close('pending', 'the text', now + 10_000);
    now += 9_000;
    expect(await seal.open('pending', sealed)).toBe('the text');
    now += 2_000;
    expect(await seal.open('pending', sealed)).toBe(null);
  });

  test('opens with an old secret, is sealed with the newest, and cannot be opened with a dropped one', async () => {
    const before = await createSeal([OLD]).close('session', 'old', LATER);
    const both = createSeal([NEW, OLD]);
    expect(await both.open('session', before)).toBe('old');
    const after = await both.close('session', 'new', LATER);
    expect(await createSeal([NEW]).open('session', after)).toBe('new');
    expect(await createSeal([NEW]).open('session', before)).toBe(null);
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
  });

  test('shows neither the text nor the secret, and is never the same twice', async () => {
    const seal = createSeal([NEW]);
    const [one, other] = await Promise.all([
      seal.close('session', 'the text', LATER),
      seal.close('session', 'the text', LATER),
    ]);
    expect(one).not.toBe(other);
    const parts = one?.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(parts?.join()).not.toContain('the text');
    expect(parts?.join()).not.toContain('new-secret');
  });

  test('cannot be opened after any change of a character, nor can garbage', async () => {
    const seal = createSeal([NEW]);
    const sealed = await seal.close('session', 'the text', LATER);
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      const opened = await seal.open('session', changed);
      // The last character of a part has unused bits.
      if (opened !== null)
        expect(Buffer.from(changed.split('.').at(-1) ?? '', 'base64url')).toEqual(
          Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url'),
        );
    }
    for (const garbage of ['', '.', '....', 'a.b.c.d.e', '💥', 'null', '{}', 'x'.repeat(5_000)]) {
      expect(await seal.open('session', garbage)).toBe(null);
    }
  });

  test('cannot be opened if it was sealed with another key under our key’s name', async () => {
    const seal = createSeal([NEW]);
    const { kid = '' } = decodeProtectedHeader(await seal.close('session', 'x', LATER));
    const forged = await new CompactEncrypt(new TextEncoder().encode('{"text":"forged","exp":9999999999}'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: kid as string, typ: 'session' })
      .encrypt(new Uint8Array(32));
    expect(await seal.open('session', forged)).toBe(null);
  });

  test('needs a secret that is long enough, and the error says how to make one', () => {
    expect(() => createSeal([])).toThrow('openssl rand -base64 32');
    expect(() => createSeal([NEW, 'short'])).toThrow('at least 32 characters');
  });
});
