import { expect, test } from 'vitest';
import { createTmdbAuth, memoryStorage } from '../../../src/index.ts';
import { cookieJar } from '../../../src/platforms/server/jar.ts';
import { serverSettingsOf } from '../../../src/platforms/server/options.ts';
import { EMPTY_RECORD, parseRecord, textOf } from '../../../src/record/session-record.ts';
import { approvalUrl } from '../../../src/tmdb/approval.ts';
import { quiet } from '../../core/helpers.ts';

test.each(['1e300', '8.65e15', '-1e999'])(
  'a record’s time of %s, which no date can show, is ignored',
  (at) => {
    const facts = `{"session":{"createdAt":${at},"expiresAt":null},"guest":{"createdAt":0,"used":true,"unusedUntil":0,"expiresAt":${at}}}`;
    const record = parseRecord(`{"v":1,"facts":${facts},"secrets":{"sessionId":"abc","guestId":"abc"}}`);
    expect(record?.facts).toMatchObject({ session: null, guest: null });
  },
);

test.each(['', '"facts":', '"secrets":'])(
  'a record is written without an unknown field that is nested too deeply to be serialized: %s',
  (part) => {
    const session = { createdAt: 1, expiresAt: null };
    const deep = `"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const stored = `{"v":1,${part ? `${part}{${deep}}` : deep}}`;
    const written = textOf(
      {
        v: 1,
        facts: { ...EMPTY_RECORD.facts, session },
        secrets: { ...EMPTY_RECORD.secrets, sessionId: 'abc' },
      },
      stored,
    );
    expect(parseRecord(String(written))?.facts.session).toEqual(session);
  },
);

test.each([3, 4] as const)(
  'v%i: a lone surrogate in a stored token or address does not throw',
  (apiVersion) => {
    const address = approvalUrl({
      requestToken: 'a\ud800',
      redirectTo: 'http://app.test/\udc00',
      apiVersion,
    });
    expect(new URL(address).href).toContain('a%EF%BF%BD');
  },
);

test.each(['[null]', '[]', '5', '"facts"', '{"facts":{}}', '{"facts":null,"secrets":null}'])(
  'a correctly sealed cookie with the content %s counts as empty',
  async (text) => {
    const settings = serverSettingsOf({
      credentials: { apiKey: '0123456789abcdef0123456789abcdef' },
      origin: 'https://films.example',
      secrets: ['a-secret-of-this-test-that-is-long-enough'],
    });
    const sealed = await settings.seal.close('user', text, Date.now() + 60_000);
    const jar = cookieJar(settings, `__Host-tmdb-auth.user=${sealed}`);
    const found = await jar.storage.get('');
    expect(found === null ? null : parseRecord(found)?.facts.session).toBeNull();
  },
);

test('a stored session beside another client’s claim is restored by one read and written at most once', async () => {
  const memory = memoryStorage();
  const facts = {
    access: { createdAt: 1, accountObjectId: 'abc' },
    session: { createdAt: 1, expiresAt: null },
    exchanging: { by: 'other', at: 1, asking: false, isInterrupted: false },
  };
  const secrets = { accessToken: 'access-1', sessionId: 'session-1' };
  await memory.set('record', JSON.stringify({ v: 1, facts, secrets }));
  let reads = 0;
  const auth = createTmdbAuth({
    credentials: { apiKey: '0123456789abcdef0123456789abcdef' },
    storageKey: 'record',
    storage: {
      ...memory,
      get(key) {
        reads += 1;
        if (reads > 100) throw new Error('reads without end');
        return memory.get(key);
      },
    },
    fetch: () => new Promise(() => {}),
    onWarning: () => {},
  });
  await expect.poll(() => auth.getView().state).toBe('sessionActive.accountRequested');
  await quiet();
  expect(reads).toBeLessThan(5);
  auth.dispose();
});
