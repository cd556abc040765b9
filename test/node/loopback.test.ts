/** The return from TMDB to 127.0.0.1, and the page that the user sees there. */
import { describe, test } from 'vitest';
import { SESSION_NEW } from '../support/requests.ts';
import { ask, backOf, createClient } from './person.ts';
import { act, createStage, press, until } from './processes.ts';

const TITLE = /<h1>(.*)<\/h1>/;
const titleOf = (text: string) => TITLE.exec(text)?.[1];
const FOR_EVER = Number.POSITIVE_INFINITY;

describe.concurrent('the page after the return', { timeout: 60_000 }, () => {
  test('says who is signed in, stores nothing and runs no script', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const page = await act(await opened, 'allow');
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(titleOf(text)).toBe('Signed in as Sandra Box');
    expect(text).toContain('You can close this window');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(text).not.toMatch(/<script|src=|href=/);
    expect(await signedIn).toMatchObject({ state: 'sessionActive.ready', status: 'user' });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('shows any account name literally', async (context) => {
    const { expect } = context;
    const name = `<script>alert("1")</script>&'`;
    const stage = await createStage(context, { users: [{ username: 'eve', password: 'eve', name }] });
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const text = await (await act(await opened, 'allow')).text();
    expect(text).not.toContain('<script');
    expect(titleOf(text)).toBe('Signed in as &#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;');
    expect((await signedIn).account?.name).toBe(name);
  });

  test('says that nothing was shared after a denial', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const denied = expect(auth.login()).rejects.toMatchObject({ code: 'approval_denied' });
    const page = await act(await opened, 'deny');
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(titleOf(text)).toBe('Not approved');
    expect(text).toContain('Nothing was shared');
    await denied;
    expect(auth.getView().state).toBe('idle.approvalDenied');
    expect(stage.tmdb.sessions()).toEqual([]);
    expect(await stage.files()).toEqual([]);
  });

  test('says what is wrong while TMDB makes no session', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'status', status: 503, match: SESSION_NEW, times: FOR_EVER });
    const { auth, opened } = createClient(context, stage);
    const failed = expect(auth.login()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    const page = await act(await opened, 'allow');
    expect(page.status).toBe(502);
    const text = await page.text();
    expect(titleOf(text)).toBe('The sign-in failed');
    expect(text).toContain('TMDB is unavailable at the moment');
    await failed;
    expect(stage.asked(SESSION_NEW)).toBe(4);
    stage.tmdb.faults.clear();
    expect(await auth.retry()).toMatchObject({ state: 'sessionActive.ready' });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('says after a lost answer that TMDB may list a session that is not used', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'dropAfter', match: SESSION_NEW });
    const { auth, opened } = createClient(context, stage);
    const failure = auth.login().catch((error) => error);
    const page = await act(await opened, 'allow');
    expect(page.status).toBe(502);
    expect(stage.tmdb.sessions()).toHaveLength(1);
    expect(await page.text()).toContain('themoviedb.org/settings/sessions');
    expect(await failure).toMatchObject({ code: 'exchange_interrupted' });
  });

  test('says the same when loaded twice', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const back = await press(await opened, 'allow');
    const pages = Promise.all([fetch(back), fetch(back)]);
    await stage.isAsked(SESSION_NEW);
    letThrough();
    for (const page of await pages) {
      expect(page.status).toBe(200);
      expect(titleOf(await page.text())).toBe('Signed in as Sandra Box');
    }
    await signedIn;
    expect(stage.asked(SESSION_NEW)).toBe(1);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('says that the sign-in has ended when it was cancelled', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const { auth, opened } = createClient(context, stage);
    const cancelled = expect(auth.login()).rejects.toMatchObject({ code: 'cancelled' });
    const page = act(await opened, 'allow');
    await stage.isAsked(SESSION_NEW);
    await auth.cancel();
    await cancelled;
    expect(titleOf(await (await page).text())).not.toContain('Signed in');
    letThrough();
    // The session that still arrives is deleted.
    await stage.isAsked('DELETE /3/authentication/session');
    await stage.isMade(0);
    expect(await stage.files()).toEqual([]);
  });
});

describe.concurrent('a request that is not TMDB’s return', { timeout: 60_000 }, () => {
  test('is refused, and the sign-in can still be completed', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const approvalUrl = await opened;
    const back = backOf(approvalUrl).href;
    const refused = [
      `${back}?request_token=${'0'.repeat(40)}&approved=true`,
      `${back}?request_token=${'0'.repeat(40)}&denied=true`,
      `${back}?request_token=&approved=true`,
      `${back}?approved=true`,
      back,
    ];
    for (const url of refused) {
      const page = await fetch(url);
      expect([page.status, url]).toEqual([400, url]);
      expect(titleOf(await page.text())).toBe('This return was not accepted');
      expect(auth.getView().state).toBe('awaitingApproval.waiting');
    }
    expect(stage.asked(SESSION_NEW)).toBe(0);
    await act(approvalUrl, 'allow');
    expect(await signedIn).toMatchObject({ status: 'user' });
  });

  test.for([
    ['another path', { target: '/' }],
    ['a path below', { target: '/PATH/more' }],
    ['another method', { method: 'POST' }],
    ['a name that points at this machine', { host: 'evil.test' }],
    ['a name that begins like this machine', { host: 'localhost.evil.test' }],
    ['a name that ends like this machine', { host: 'evil-localhost:80' }],
    ['a target that names its own host', { target: 'http://evil.test/PATH', host: 'evil.test' }],
    ['a path that begins like a host', { target: '//evil.test/PATH', host: 'evil.test' }],
  ] as const)('gets a 404 and changes nothing: %s', async ([, changed], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const approvalUrl = await opened;
    const returned = new URL(await press(approvalUrl, 'allow'));
    const target = ('target' in changed ? changed.target : '/PATH').replace('/PATH', returned.pathname);
    const { status } = await ask(returned, { ...changed, target: target + returned.search });
    expect(status).toBe(404);
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    await fetch(returned);
    expect(await signedIn).toMatchObject({ status: 'user' });
    await until(
      () => stage.tmdb.sessions().length === 1,
      () => 'one session',
    );
  });

  test.for([
    ['HEAD, as scanners send it', { method: 'HEAD' }, 200],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }, 403],
    ['a preview', { headers: { purpose: 'preview' } }, 403],
  ] as const)('ends nothing: %s', async ([, changed, expected], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    const returned = new URL(await press(await opened, 'allow'));
    const { status, text } = await ask(returned, { ...changed, target: returned.pathname + returned.search });
    expect([status, text]).toEqual([expected, '']);
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    expect(stage.asked(SESSION_NEW)).toBe(0);
    await fetch(returned);
    expect(await signedIn).toMatchObject({ status: 'user' });
  });
});

describe.concurrent('a forwarded port', { timeout: 60_000 }, () => {
  test.for(['localhost:3000', 'LOCALHOST', '127.0.0.1:49152', '[::1]:8080'])(
    'takes the return at %s',
    async (host, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { auth, opened } = createClient(context, stage);
      const signedIn = auth.login();
      const returned = new URL(await press(await opened, 'allow'));
      const { status, text } = await ask(returned, { host, target: returned.pathname + returned.search });
      expect([status, titleOf(text)]).toEqual([200, 'Signed in as Sandra Box']);
      expect(await signedIn).toMatchObject({ status: 'user' });
    },
  );
});
