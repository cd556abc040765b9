/** A page cannot adopt or lend a session if its server keeps the sessions. */
import { describe, expect, test } from 'vitest';
import { withSession } from '../../src/client/unsafe/index.ts';
import { TmdbAuthError } from '../../src/index.ts';
import { createPages } from './through-server.ts';

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (TmdbAuthError.is(error) ? error.failure : error),
  );

describe('a page with its sessions on the server', () => {
  test('cannot adopt a session, says so, and changes nothing', async () => {
    const pages = await createPages();
    const auth = pages.page();
    await pages.reaches(auth, 'idle.fresh');
    const asked = pages.seen.length;
    const failure = await failureOf(auth.adoptSession({ sessionId: 'a'.repeat(40) }));
    expect(failure).toMatchObject({
      code: 'unexpected',
      message: expect.stringContaining('keeps the sessions'),
    });
    expect(auth.getView()).toMatchObject({ state: 'idle.fresh', failure: null });
    expect(pages.seen).toHaveLength(asked);
  });

  test('cannot lend a session', async () => {
    const pages = await createPages();
    const auth = pages.page();
    expect(await failureOf(withSession(auth, () => {}))).toMatchObject({ code: 'session_invalid' });
    await pages.signIn(auth);
    expect(await failureOf(withSession(auth, () => {}))).toMatchObject({
      code: 'unexpected',
      message: expect.stringContaining('its server keeps it'),
    });
  });
});
