import { expect, test } from 'vitest';
import { RESTORING as MACHINES_RESTORING } from '../../machines/index.ts';
import { TmdbAuthError } from '../../src/index.ts';
import { createLazyAuth } from '../../src/platforms/lazy/index.ts';
import { loadError } from '../../src/platforms/lazy/load-error.ts';
import { RESTORING, SIGNED_OUT } from '../../src/platforms/lazy/views.ts';
import { createWorld } from '../support/world.ts';

test('a client without its engine has the same views as the machine, down to the order of their fields', async () => {
  const world = await createWorld();
  const auth = world.client();
  expect(JSON.stringify(RESTORING)).toBe(JSON.stringify(auth.getView()));
  expect(RESTORING).toEqual(MACHINES_RESTORING);
  await world.reaches(auth, 'idle.fresh');
  expect(JSON.stringify(SIGNED_OUT)).toBe(JSON.stringify(auth.getView()));
});

test.each(['network', 'disposed'] as const)(
  'an error made without the engine (%s) equals any other',
  (code) => {
    const error = loadError(code === 'disposed', {});
    const real = new TmdbAuthError(error.failure);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(TmdbAuthError);
    expect(TmdbAuthError.is(error)).toBe(true);
    expect(JSON.stringify(error)).toBe(JSON.stringify(real));
    for (const name of ['name', 'message', 'code', 'retryable', 'tmdbCode', 'httpStatus'] as const) {
      expect(Reflect.get(error, name)).toBe(real[name]);
    }
    expect(error.failure.retryable).toBe(new TmdbAuthError(code).retryable);
    expect(String(error)).toBe(String(real));
  },
);

test('a lazy client without a window stays as it is and sends nothing, whatever is called', async () => {
  const asked: unknown[] = [];
  for (const where of [{ credentials: { apiKey: '0'.repeat(32) } }, { server: '/auth' }]) {
    const auth = createLazyAuth({
      ...where,
      fetch: async (input) => {
        asked.push(input);
        return new Response('{}');
      },
    });
    expect(auth.getView()).toEqual(RESTORING);
    await auth.load();
    void auth.prepare();
    void auth.login().catch(() => {});
    void auth.loginAsGuest().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve));
    expect(auth.getView()).toEqual(RESTORING);
    expect(asked).toEqual([]);
    auth.dispose();
  }
});

test('a lazy client can be copied and printed before its actor exists', async () => {
  const auth = createLazyAuth({ credentials: { apiKey: '0'.repeat(32) } });
  expect(() => ({ ...auth })).not.toThrow();
  expect(() => auth.actor).toThrow('await auth.load()');
  const engine = await auth.load();
  expect(auth.actor).toBe(engine.actor);
  auth.dispose();
});
