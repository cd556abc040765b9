import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { failure } from '../../machines/index.ts';
import { accountOf } from '../../src/account/index.ts';
import { withSession } from '../../src/client/unsafe/index.ts';
import {
  createTmdbAuth,
  type Failure,
  type Messages,
  type StoragePort,
  TmdbAuthError,
} from '../../src/index.ts';
import { loadError } from '../../src/platforms/lazy/load-error.ts';
import { createNodeAuth } from '../../src/platforms/node/index.ts';
import { createRestateClient } from '../../src/platforms/restate/index.ts';
import { createSealing } from '../../src/platforms/restate/sealing.ts';
import { createTestAuth } from '../../src/tools/testing/index.ts';
import { createPhone } from '../native/phone.ts';
import { APP, callback } from '../support/approval.ts';
import { createWorld } from '../support/world.ts';

const GERMAN: Messages = {
  approval_denied: 'Du hast die Anfrage bei TMDB nicht bestätigt.',
  callback_mismatch: 'Diese Rückkehr gehört zu einer anderen Anmeldung.',
  cancelled: 'Die Anmeldung wurde abgebrochen.',
  disposed: 'Dieser Client wurde beendet.',
  invalid_credentials: 'Die Zugangsdaten der App stimmen nicht.',
  invalid_value: 'TMDB nimmt diesen Wert nicht an.',
  network: 'TMDB ist nicht erreichbar.',
  popup_blocked: 'Der Browser ließ sich nicht öffnen.',
  rate_limited: ({ retryAfter = 0 }) => `Zu viele Anfragen. Warte ${retryAfter / 1_000} s.`,
  record_newer: 'Diese App ist zu alt.',
  session_invalid: 'Niemand ist angemeldet.',
  storage_unavailable: 'Der Speicher funktioniert nicht.',
  unavailable: 'Restate antwortet nicht.',
};

const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => {
      if (!TmdbAuthError.is(error)) throw error;
      expect(error.failure.message).toBe(error.message);
      return error.message;
    },
  );

const NEWER: StoragePort = { get: () => '{"v":99}', set() {}, remove() {} };

describe('a client with messages in another language', () => {
  test('shows the same text in its view and in the error it rejects with', async () => {
    const world = await createWorld();
    const auth = world.client({ messages: GERMAN });
    const done = messageOf(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    world.tmdb.deny(world.token(auth));
    await auth.handleCallback(callback(world.token(auth), 'denied'));
    expect(auth.getView().failure).toEqual({
      ...failure('approval_denied'),
      message: GERMAN.approval_denied,
    });
    expect(await done).toBe(GERMAN.approval_denied);
    expect(auth.getView()).toBe(auth.getView());
    expect(auth.actor.getSnapshot().context.failure).toEqual(failure('approval_denied'));
  });

  test('uses them in every method that rejects', async () => {
    const world = await createWorld();
    const auth = world.client({ messages: GERMAN });
    expect(await messageOf(auth.fetch('/3/account'))).toBe(GERMAN.session_invalid);
    expect(await messageOf(auth.api('/3/account'))).toBe(GERMAN.session_invalid);
    expect(await messageOf(auth.carryOverGuestRatings())).toBe(GERMAN.session_invalid);
    expect(await messageOf(auth.adoptSession({ sessionId: '' }))).toBe(GERMAN.session_invalid);
    expect(await messageOf(withSession(auth, () => 1))).toBe(GERMAN.session_invalid);
    const login = messageOf(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    expect(await messageOf(auth.handleCallback(callback('f'.repeat(40))))).toBe(GERMAN.callback_mismatch);
    await auth.cancel();
    expect(await login).toBe(GERMAN.cancelled);
    auth.dispose();
    for (const method of [
      auth.login,
      auth.loginAsGuest,
      () => auth.loginWithPassword({ username: 'a', password: 'b' }),
      auth.verify,
      auth.cancel,
      auth.logout,
      auth.retry,
      auth.validateCredentials,
      () => auth.handleCallback(APP),
    ])
      expect(await messageOf(method())).toBe(GERMAN.disposed);
  });

  test('uses them in the methods and pages of its account', async () => {
    const world = await createWorld();
    const my = accountOf(world.client({ messages: GERMAN }));
    expect(await messageOf(my.rate({ movie: 550 }, 11))).toBe(GERMAN.invalid_value);
    expect(await messageOf(my.states({ movie: 550 }))).toBe(GERMAN.session_invalid);
    expect(await messageOf(my.favorite({ movie: 550 }))).toBe(GERMAN.session_invalid);
    expect(await messageOf(my.ratings('movie').toArray())).toBe(GERMAN.session_invalid);
    expect(await messageOf(my.lists.all().page(1))).toBe(GERMAN.session_invalid);
    expect(await messageOf(my.lists.create({ name: ' ' }))).toBe(GERMAN.invalid_value);
    expect(await messageOf(my.lists.add(0, []))).toBe(GERMAN.invalid_value);
  });

  test('uses them in warnings', async () => {
    const world = await createWorld();
    const storage: StoragePort = { ...NEWER, get: () => '{' };
    const auth = world.client({ messages: GERMAN, storage });
    await world.reaches(auth, 'idle');
    expect(world.warnings.map(({ message }) => message)).toEqual([GERMAN.storage_unavailable]);
  });

  test('keeps the English text for a code without a translation, and the same error object', async () => {
    const world = await createWorld();
    const mine = new TmdbAuthError('storage_unavailable', { message: 'The disk is full.' });
    const storage: StoragePort = { ...NEWER, get: () => null, check: () => Promise.reject(mine) };
    const auth = world.client({ messages: { network: 'Kein Netz' }, storage });
    await expect(auth.loginAsGuest()).rejects.toBe(mine);
  });

  test('replaces the details of the English message by a text, and passes them to a function', () => {
    const given: Failure[] = [];
    const tell = (each: Failure) => {
      given.push(each);
      return `${each.code}!`;
    };
    const credentials = { apiKey: 'mistyped' };
    expect(() => createTmdbAuth({ credentials, messages: GERMAN })).toThrow(
      GERMAN.invalid_credentials as string,
    );
    expect(() => createTmdbAuth({ credentials, messages: { invalid_credentials: tell } })).toThrow(
      'invalid_credentials!',
    );
    expect(given.map(({ message }) => message)).toEqual([
      'credentials.apiKey is not an API key (32 hex digits). See themoviedb.org/settings/api.',
    ]);
  });

  test('calls a message function for each failure, so that the language may change at any time', async () => {
    const world = await createWorld();
    let language: 'de' | 'es' = 'de';
    const texts = { de: 'Niemand ist angemeldet.', es: 'Nadie ha iniciado sesión.' };
    const auth = world.client({ messages: { session_invalid: () => texts[language] } });
    expect(await messageOf(auth.fetch('/3/account'))).toBe(texts.de);
    language = 'es';
    expect(await messageOf(auth.fetch('/3/account'))).toBe(texts.es);
  });

  test('never passes a message function its own text', async () => {
    const world = await createWorld();
    const auth = world.client({ messages: { approval_denied: ({ message }) => `Nein: ${message}` } });
    const login = messageOf(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    world.tmdb.deny(world.token(auth));
    await auth.handleCallback(callback(world.token(auth), 'denied'));
    expect(await login).toBe(`Nein: ${failure('approval_denied').message}`);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such key');
      },
    ],
    ['returns nothing', () => undefined],
    ['returns a promise', async () => 'später'],
  ])('falls back to English when a message function %s', async (_, broken) => {
    const world = await createWorld();
    const auth = world.client({ messages: { session_invalid: broken as never } });
    expect(await messageOf(auth.fetch('/3/account'))).toMatch(/^Nobody is signed in/);
  });

  test('keeps a message function from changing the failure, and tells it no secret', async () => {
    const world = await createWorld();
    const given: Failure[] = [];
    const tell = (each: Failure) => {
      given.push({ ...each });
      Object.assign(each, { code: 'network', retryable: true });
      return 'nein';
    };
    const auth = world.client({
      messages: { approval_denied: tell, cancelled: tell, session_invalid: tell },
    });
    const login = messageOf(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    const requestToken = world.token(auth);
    world.tmdb.deny(requestToken);
    await auth.handleCallback(callback(requestToken, 'denied'));
    expect(await login).toBe('nein');
    expect(auth.getView().failure).toEqual({ ...failure('approval_denied'), message: 'nein' });
    await messageOf(auth.adoptSession({ sessionId: ' kept-elsewhere ' }));
    const known = new Set(['code', 'message', 'retryable', 'tmdbCode', 'httpStatus', 'retryAfter']);
    expect(given.flatMap(Object.keys).filter((name) => !known.has(name))).toEqual([]);
    for (const secret of [requestToken, world.tmdb.accessToken, 'kept-elsewhere'])
      expect(JSON.stringify(given)).not.toContain(secret);
  });

  test('does not affect another client on the same machine and storage', async () => {
    const world = await createWorld();
    const broken = new TmdbAuthError('storage_unavailable');
    const storage: StoragePort = { ...NEWER, get: () => null, check: () => Promise.reject(broken) };
    const [german, spanish, english] = [
      world.client({ storage, messages: GERMAN }),
      world.client({ storage, messages: { storage_unavailable: 'El almacenamiento no funciona.' } }),
      world.client({ storage }),
    ];
    expect(await messageOf(german.loginAsGuest())).toBe(GERMAN.storage_unavailable);
    expect(await messageOf(spanish.loginAsGuest())).toBe('El almacenamiento no funciona.');
    expect(await messageOf(english.loginAsGuest())).toBe(failure('storage_unavailable').message);
  });
});

describe('invalid messages', () => {
  test.each([
    [null, 'messages is an object'],
    ['nein', 'messages is an object'],
    [{ netwrok: 'Kein Netz' }, 'messages.netwrok is not a failure code. Known: network'],
    [{ cancelled: 'x', rateLimited: 'x' }, 'messages.rateLimited is not a failure code. Known: rate_limited'],
    [{ toString: 'x' }, 'messages.toString is not a failure code'],
    [{ network: 7 }, 'messages.network is a text or a function'],
    [{ network: null }, 'messages.network is a text or a function'],
  ])('are rejected at once, in English: %j', (messages, said) => {
    const options = { credentials: { apiKey: '0'.repeat(32) }, messages: messages as never };
    for (const create of [createTmdbAuth, createNodeAuth])
      expect(() => create(options)).toThrow(expect.objectContaining({ name: 'TypeError' }));
    expect(() => createTmdbAuth(options)).toThrow(said);
    expect(() =>
      createRestateClient({
        ingressURL: 'http://127.0.0.1:8080',
        secrets: ['x'.repeat(32)],
        messages: messages as never,
      }),
    ).toThrow(said);
  });
});

describe('messages in another language', () => {
  test('are used by a Node client, from its environment to its folder', async () => {
    for (const name of ['TMDB_ACCESS_TOKEN', 'TMDB_API_KEY']) vi.stubEnv(name, '');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => createNodeAuth({ messages: GERMAN })).toThrow(GERMAN.invalid_credentials as string);
    const folder = await mkdtemp(join(tmpdir(), 'messages-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await chmod(folder, 0o777);
    const said = await new Promise<string>((resolve) => {
      const auth = createNodeAuth({
        credentials: { apiKey: '0'.repeat(32) },
        folder,
        messages: GERMAN,
        onWarning: ({ message }) => resolve(message),
      });
      onTestFinished(auth.dispose);
    });
    expect(said).toBe(GERMAN.storage_unavailable);
  });

  test('are used on a phone when its browser does not open', async () => {
    const world = await createWorld();
    const phone = createPhone(world);
    const auth = phone.start(null, {
      messages: GERMAN,
      browser: { openAuthSessionAsync: () => Promise.reject(new Error('locked')) },
    });
    void auth.login().catch(() => {});
    await world.until(() => auth.getView().failure !== null);
    expect(auth.getView().failure?.message).toBe(GERMAN.popup_blocked);
    expect(auth.messages).toBe(GERMAN);
  });

  test('are used by a client for tests', () => {
    const auth = createTestAuth('idle.failed', { failure: 'network', messages: GERMAN });
    expect(auth.getView().failure?.message).toBe(GERMAN.network);
  });

  test('are used by a lazy client before its engine is loaded', () => {
    expect(loadError(false, GERMAN)).toMatchObject({
      message: GERMAN.network,
      failure: { ...failure('network'), message: GERMAN.network },
    });
    expect(loadError(true, { disposed: ({ code }) => `${code}?` }).failure.message).toBe('disposed?');
    const broken = () => {
      throw new Error();
    };
    for (const messages of [{}, { disposed: broken }, { disposed: (() => 7) as never }])
      expect(loadError(true, messages).message).toMatch(/^Disposed/);
  });

  test('are used by a Restate client, in its errors and views', async () => {
    const secrets = ['a-secret-of-this-test-that-is-long-enough'];
    const sealing = createSealing(secrets);
    const ticket = `${'i'.repeat(36)}.${'s'.repeat(43)}`;
    const view = { state: 'idle.approvalDenied', failure: failure('approval_denied'), approvalUrl: null };
    const client = (answer: () => Promise<Response>) =>
      createRestateClient({ ingressURL: 'http://127.0.0.1:8080', secrets, messages: GERMAN, fetch: answer });
    const refusing = client(async () => new Response('{}', { status: 401 }));
    expect(await messageOf(refusing.start())).toBe(GERMAN.invalid_credentials);
    const telling = client(async () =>
      Response.json({ sealed: await sealing.close('answer view', { answer: view }) }),
    );
    expect((await telling.view(ticket))?.failure?.message).toBe(GERMAN.approval_denied);
    expect(await telling.view('none')).toBeNull();
  });
});
