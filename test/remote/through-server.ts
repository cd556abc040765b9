import { setTimeout as realPause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import type { AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { createRemoteAuth, type RemoteOptions } from '../../src/remote/create-remote-auth.ts';
import type { SandboxOptions } from '../../src/tools/sandbox/index.ts';
import { type Browser, createSite, ORIGIN, type Site } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

/** A site with pages that sign in through its server. Their requests carry cookies, as in a browser. */
export interface Pages {
  site: Site;
  browser: Browser;
  /** A page that was just loaded. It is disposed after the test. */
  page(options?: RemoteOptions): TmdbAuth;
  /** Waits until the view's state begins with this path, while simulated time runs. */
  reaches(auth: TmdbAuth, state: string): Promise<void>;
  /** A whole sign-in in one page. */
  signIn(auth: TmdbAuth): Promise<void>;
  /** The number of the pages' requests without an answer yet. */
  underWay(): number;
  /** Makes every page check the server, as when it gets the focus. */
  lookedAt(): void;
  /** Every header and body that the pages received. */
  seen: string[];
  /** Waits for a promise while simulated time runs. */
  result<Value>(promise: Promise<Value>): Promise<Value>;
}

export async function createPages(
  options: Partial<AuthHandlerOptions> = {},
  sandbox: SandboxOptions = {},
): Promise<Pages> {
  const site = await createSite(options, sandbox);
  const browser = site.browser();
  const seen: string[] = [];
  let underWay = 0;
  const listeners = new Set<() => void>();
  const clients: TmdbAuth[] = [];
  onTestFinished(() => {
    for (const client of clients) client.dispose();
  });

  const fetchAsPage: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    headers.set('sec-fetch-site', 'same-origin');
    if (request.method !== 'GET') headers.set('origin', ORIGIN);
    underWay += 1;
    const response = await browser.send(new Request(request, { headers })).finally(() => {
      underWay -= 1;
    });
    seen.push([...response.headers].join('\n'), await response.clone().text());
    return response;
  };

  const pages: Pages = {
    site,
    browser,
    seen,
    underWay: () => underWay,
    lookedAt() {
      for (const listener of listeners) listener();
    },
    page(changed = {}) {
      let own: (() => void) | undefined;
      const auth = createRemoteAuth(`${ORIGIN}/auth`, {
        fetch: fetchAsPage,
        clock: site.clock,
        onWarning: () => {},
        channel: {
          post() {
            for (const listener of listeners) if (listener !== own) listener();
          },
          subscribe(listener) {
            own = listener;
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
        ...changed,
      });
      clients.push(auth);
      return auth;
    },
    async reaches(auth, state) {
      for (let tries = 0; !auth.getView().state.startsWith(state); tries += 1) {
        if (tries > 1_500) throw new Error(`Waited in vain for ${state}, is ${auth.getView().state}`);
        await realPause(2);
        if (tries > 5) site.clock.advance(40);
      }
    },
    async result(promise) {
      let isOver = false;
      const end = () => {
        isOver = true;
      };
      promise.then(end, end);
      while (!isOver) {
        await realPause(1);
        site.clock.advance(20);
      }
      return promise;
    },
    async signIn(auth) {
      const done = auth.login({ redirectTo: `${ORIGIN}/films` });
      await pages.reaches(auth, 'awaitingApproval');
      const requestToken = tokenIn(auth.approvalUrl ?? '');
      site.tmdb.approve(requestToken);
      await auth.handleCallback(`${ORIGIN}/films?request_token=${requestToken}&approved=true`);
      await done;
    },
  };
  return pages;
}
