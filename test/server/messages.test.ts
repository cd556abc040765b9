import { describe, expect, test } from 'vitest';
import { failure } from '../../machines/index.ts';
import { accountOf } from '../../src/account/index.ts';
import type { Messages } from '../../src/index.ts';
import { createPages } from '../remote/through-server.ts';
import { createSite, locationOf, ORIGIN, wayBack } from './site.ts';

const GERMAN: Messages = {
  callback_mismatch: 'Diese Anmeldung begann in einem <anderen> Browser.',
  cancelled: 'Abgebrochen.',
  network: 'TMDB ist nicht erreichbar.',
  session_invalid: 'Niemand ist angemeldet.',
  storage_unavailable: 'Der Speicher ist nicht erreichbar.',
  unavailable: 'TMDB hat ein Problem.',
  unexpected: 'Das ging schief.',
};

const away = async () => {
  throw new Error('away');
};
const STORE = { getItem: away, setItem: away, removeItem: away, getKeys: away };

describe('a handler with its own messages', () => {
  test('answers scripts with them when TMDB or the handler refused, or TMDB’s answer was unreadable', async () => {
    const site = await createSite({ messages: GERMAN });
    const browser = site.browser();
    site.tmdb.faults.add({ kind: 'status', match: 'GET /3/authentication/guest_session/new', times: 50 });
    const view = await site.whileTimeRuns(browser.tell('POST', '/auth/guest'));
    expect(view.failure).toMatchObject({ code: 'unavailable', message: GERMAN.unavailable });
    const refused = await browser.ask('POST', '/auth/nowhere');
    expect(await refused.json()).toEqual({
      refused: 'not_found',
      failure: { ...failure('unexpected'), message: GERMAN.unexpected },
    });
    const asked = await browser.ask('GET', '/auth/tmdb/3/account');
    expect((await asked.json()).failure.message).toBe(GERMAN.session_invalid);
    const headers = await browser.ask('HEAD', '/auth/session');
    expect(await headers.text()).toBe('');
  });

  test('throws and shows them in pages rendered on the server', async () => {
    const site = await createSite({ messages: GERMAN, store: STORE });
    const handler = site.instance();
    const cookie = `__Host-tmdb-auth-id=${'x'.repeat(40)}`;
    const request = new Request(ORIGIN, { headers: { cookie } });
    await expect(handler.fetch(new Request(ORIGIN), '/3/account')).rejects.toThrow(
      GERMAN.session_invalid as string,
    );
    const view = await site.whileTimeRuns(handler.view(request));
    if (view.failure) expect(view.failure.message).toBe(GERMAN.storage_unavailable);
  });

  test('shows the text for a return of another browser on its page, escaped', async () => {
    const site = await createSite({ messages: GERMAN });
    const back = wayBack(locationOf(await site.browser().follow('/auth/login')), 'approved');
    const page = await (await site.browser().follow(back)).text();
    expect(page).toContain('<p lang="">Diese Anmeldung begann in einem &lt;anderen&gt; Browser.</p>');
    expect(page).not.toContain('You started it yourself');
    expect(page).toContain('End that sign-in');
  });
});

describe('a page through a server', () => {
  test('prefers its own text, and shows the server’s where it has none', async () => {
    const pages = await createPages({ messages: GERMAN });
    const plain = pages.page();
    const spanish = pages.page({ messages: { unavailable: 'TMDB tiene un problema.' } });
    pages.site.tmdb.faults.add({
      kind: 'status',
      match: 'GET /3/authentication/guest_session/new',
      times: 50,
    });
    for (const [auth, text] of [
      [plain, GERMAN.unavailable],
      [spanish, 'TMDB tiene un problema.'],
    ] as const) {
      await expect(pages.result(auth.loginAsGuest())).rejects.toThrow(text as string);
      expect(auth.getView().failure?.message).toBe(text);
    }
    await expect(accountOf(spanish).rate({ movie: 550 }, 8)).rejects.toThrow('Nobody is signed in');
  });
});
