import { expect, test } from 'vitest';
import { createTmdbAuth } from '../../src/index.ts';
import { createSandbox, type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { createTestAuth } from '../../src/tools/testing/index.ts';
import { GUEST_NEW } from '../support/requests.ts';

const clientOf = ({ accessToken, baseURL, webURL }: Sandbox, fetch?: typeof globalThis.fetch) =>
  createTmdbAuth({ credentials: { accessToken }, baseURL, webURL, ...(fetch && { fetch }) });

/** Everything that has to work in tests whose globals are those of a page. */
export function playInEnvironment(name: string): void {
  test(`the globals are those of ${name}`, () => {
    expect(typeof document).toBe('object');
  });

  test.each([
    ['over HTTP', undefined],
    ['without a network', 'fetch'],
  ] as const)(`in ${name} a user signs in %s, after an answer that broke off`, async (_, way) => {
    const tmdb = way ? createSandbox() : await startSandbox();
    const auth = clientOf(tmdb, way && tmdb.fetch);
    tmdb.faults.add({ kind: 'truncated', match: GUEST_NEW });
    tmdb.faults.add({ kind: 'latency', ms: 5, match: GUEST_NEW });
    expect((await auth.loginAsGuest()).status).toBe('guest');
    expect(tmdb.guests()).toHaveLength(2);

    const signedIn = auth.login();
    await expect.poll(() => auth.approvalUrl).toBeTruthy();
    const token = new URL(auth.approvalUrl ?? '').pathname.split('/').at(-1) ?? '';
    tmdb.approve(token);
    await auth.handleCallback(`/back?request_token=${token}&approved=true`);
    expect((await signedIn).account?.username).toBe('sandra');
    auth.dispose();
    await tmdb.close();
  });

  test(`in ${name} a client for tests is signed in at once, and another one after an approval`, async () => {
    const [user, signedOut] = [createTestAuth('user'), createTestAuth()];
    expect(await user.api('/3/account')).toMatchObject({ username: 'sandra' });
    const done = signedOut.login();
    await signedOut.approve();
    expect((await done).account?.username).toBe('sandra');
    user.dispose();
    signedOut.dispose();
  });

  test(`in ${name} handle() answers its Request with its Response, and a cut connection with a network error`, async () => {
    const tmdb = createSandbox();
    const headers = { authorization: `Bearer ${tmdb.accessToken}` };
    const ask = () => tmdb.handle(new Request('https://any.example/3/authentication', { headers }));
    const answered = await ask();
    expect(answered).toBeInstanceOf(Response);
    expect([answered.status, (await answered.json()).success]).toEqual([200, true]);
    tmdb.faults.add({ kind: 'dropBefore' });
    expect(await ask()).toMatchObject({ type: 'error', status: 0 });
    tmdb.faults.add({ kind: 'hang' });
    const hung = ask();
    await expect.poll(() => tmdb.requests.at(-1)?.held).toBe(true);
    await tmdb.close();
    expect((await hung).type).toBe('error');
    expect((await ask()).type).toBe('error');
  });
}
