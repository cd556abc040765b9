import { describe, expect, test } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { authActors, authMachine, toView } from '../../machines/index.ts';

describe('the machine without its actors', () => {
  const settled = (actor: ReturnType<typeof started>) => waitFor(actor, (state) => state.hasTag('settled'));
  const started = () => createActor(authMachine, { input: { apiVersion: 3 } }).start();

  test('is idle at once with a failure', async () => {
    const actor = started();
    expect(toView(await settled(actor))).toMatchObject({
      state: 'idle.fresh',
      failure: { code: 'unexpected' },
    });
    actor.stop();
  });

  test('fails a login and a guest at once', async () => {
    const actor = started();
    await settled(actor);
    for (const type of ['login.start', 'login.password', 'session.adopt', 'guest.start'] as const) {
      actor.send({ type });
      expect(toView(await settled(actor))).toMatchObject({
        state: 'idle.failed',
        failure: { code: 'unexpected' },
      });
    }
    actor.stop();
  });

  test.each(Object.entries(authActors))('names the missing actor %s', async (name, logic) => {
    const actor = createActor(logic as typeof authActors.submitLogin);
    const said = new Promise((_, reject) => actor.subscribe({ error: reject }));
    actor.start();
    await expect(said).rejects.toThrow(`no actor '${name}'`);
  });
});
