import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { createStorage } from 'unstorage';
import memoryDriver from 'unstorage/drivers/memory';
import { onTestFinished } from 'vitest';
import {
  createOpenidProvider,
  type OpenidClient,
  type OpenidProvider,
  type OpenidProviderOptions,
} from '../../src/platforms/openid/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { tokenIn } from '../support/approval.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { settingsFor } from '../support/settings.ts';

export const SECRET = 'a-secret-of-this-test-that-is-long-enough';
export const CALLBACK = 'https://films.example/callback';
export const BYE = 'https://films.example/bye';
const WEB_SECRET = 'a-client-secret-of-this-test-0123456789';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

export const CLIENTS: OpenidClient[] = [
  {
    client_id: 'films',
    client_name: 'Films & Friends',
    client_secret: WEB_SECRET,
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [BYE],
  },
  { client_id: 'other', client_secret: WEB_SECRET, redirect_uris: ['https://other.example/callback'] },
  { client_id: 'page', redirect_uris: ['https://page.example/callback'] },
  { client_id: 'tv', client_name: 'Television', grant_types: [DEVICE_CODE, 'refresh_token'] },
];

/** The answer to a navigation. */
export interface Shown {
  url: string;
  status: number;
  text: string;
  headers: Headers;
}

export interface Browser {
  /** Opens an address and follows redirects, and what a page leads on to, until a page or an app's address. */
  open(url: string): Promise<Shown>;
  /** Presses the button with that value (or the only one) of the form on the page. */
  press(page: Shown, button?: string, fields?: Record<string, string>): Promise<Shown>;
  cookies: Map<string, string>;
}

export interface Site {
  tmdb: Sandbox;
  clock: TestClock;
  issuer: string;
  storage: ReturnType<typeof createStorage>;
  /** Everything that browsers and apps received: bodies, cookies, addresses. */
  received: string[];
  /** The person's answer on TMDB's page: `done` if the test has approved by itself. Default: approve. */
  onTmdb: { decide: (token: string) => 'approved' | 'denied' | 'done' };
  /** Uses another instance from now on. */
  use(options?: Partial<OpenidProviderOptions>): OpenidProvider;
  /** Lets this function answer from now on, such as a balancer before several instances. */
  serve(answer: RequestListener): void;
  /** Sends the requests of browsers and apps. Replace it for users who repeat what has failed. */
  network: { fetch: typeof fetch };
  browser(): Browser;
  app(clientId: string): Promise<oidc.Configuration>;
}

/** A provider with a local TMDB. The clock moves TMDB's time and the sign-in's, not that of the tokens. */
export async function createSite(options: Partial<OpenidProviderOptions> = {}, path = ''): Promise<Site> {
  const clock = createTestClock(Date.now());
  const tmdb = await startSandbox({ now: clock.now });
  const storage = createStorage({ driver: memoryDriver() });
  let answer: RequestListener;
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await tmdb.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = origin + path;
  const use = (changed: Partial<OpenidProviderOptions> = {}) => {
    const provider = createOpenidProvider({
      ...settingsFor(tmdb),
      clock,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      onWarning: () => {},
      issuer,
      clients: CLIENTS,
      secrets: [SECRET],
      store: storage,
      ...options,
      ...changed,
    });
    answer = provider;
    return provider;
  };
  use();
  const serve: Site['serve'] = (other) => {
    answer = other;
  };
  const network = { fetch };

  const received: string[] = [];
  const onTmdb: Site['onTmdb'] = { decide: () => 'approved' };
  const note = async (response: Response) => {
    const { headers } = response;
    received.push(await response.clone().text(), JSON.stringify([...headers]));
    return response;
  };

  const browser = (): Browser => {
    const cookies = new Map<string, string>();
    const ask = async (url: string, init: RequestInit) => {
      const sent = [...cookies]
        .filter(([name]) => new URL(url).pathname.startsWith(name.split('|')[1] ?? '/'))
        .map(([name, value]) => `${name.split('|')[0]}=${value}`);
      const headers = { accept: 'text/html', cookie: sent.join('; ') };
      const response = await note(await network.fetch(url, { ...init, redirect: 'manual', headers }));
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        const key = `${name}|${/path=([^;]*)/i.exec(line)?.[1] ?? '/'}`;
        if (value === '') cookies.delete(key);
        else cookies.set(key, value);
      }
      return response;
    };
    const go = async (url: string, init: RequestInit = {}): Promise<Shown> => {
      received.push(url);
      if (!url.startsWith(origin) && !url.startsWith(tmdb.webURL))
        return { url, status: 0, text: '', headers: new Headers() };
      if (url.startsWith(tmdb.webURL)) {
        const token = tokenIn(url);
        const said = onTmdb.decide(token);
        if (said === 'approved') tmdb.approve(token);
        else if (said === 'denied') tmdb.deny(token);
        const back = new URL(new URL(url).searchParams.get('redirect_to') ?? 'missing:');
        back.searchParams.set('request_token', token);
        back.searchParams.set(said === 'denied' ? 'denied' : 'approved', 'true');
        return go(back.href);
      }
      const response = await ask(url, init);
      const text = await response.text();
      const refresh = /http-equiv="refresh" content="0; url=([^"]*)"/
        .exec(text)?.[1]
        ?.replaceAll('&amp;', '&');
      const to = response.headers.get('location') ?? refresh;
      // A browser would block the redirect after a form, by `form-action 'self'`.
      if (init.method === 'POST' && response.headers.has('location')) throw new Error(`blocked: ${url}`);
      if (to !== undefined && to !== null) return go(new URL(to, url).href);
      return { url, status: response.status, text, headers: response.headers };
    };
    return {
      cookies,
      open: (url) => go(url),
      press(page, button, fields = {}) {
        const form = /<form[^>]*>.*?<\/form>/s.exec(page.text)?.[0] ?? '';
        const action = /action="([^"]*)"/.exec(form)?.[1] ?? page.url;
        const body = new URLSearchParams();
        for (const [, name = '', value = ''] of form.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g))
          body.set(name, value);
        const [, name, value] =
          [...form.matchAll(/<button[^>]* name="([^"]*)" value="([^"]*)"/g)].find(
            ([, name, value]) => value === button || name === button,
          ) ?? [];
        if (button !== undefined && name === undefined) throw new Error(`no button ${button}: ${page.text}`);
        if (name !== undefined) body.set(name, value ?? '');
        for (const [field, text] of Object.entries(fields)) body.set(field, text);
        return go(new URL(action, page.url).href, { method: 'POST', body });
      },
    };
  };

  const apps = new Map<string, Promise<oidc.Configuration>>();
  const app = (clientId: string) => {
    const secret = CLIENTS.find(({ client_id: id }) => id === clientId)?.client_secret;
    const known =
      apps.get(clientId) ??
      oidc.discovery(new URL(issuer), clientId, secret, secret ? undefined : oidc.None(), {
        execute: [oidc.allowInsecureRequests],
        [oidc.customFetch]: async (url, init) => note(await network.fetch(url, init as RequestInit)),
      });
    apps.set(clientId, known);
    return known;
  };
  return { tmdb, clock, issuer, storage, received, onTmdb, use, serve, network, browser, app };
}

export interface Begun {
  url: string;
  verifier: string;
  state: string;
}

/** The address with which an app begins a sign-in. */
export async function begin(
  site: Site,
  { clientId = 'films', scope = 'openid profile', ...others }: Record<string, string> = {},
): Promise<Begun> {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(await site.app(clientId), {
    redirect_uri: CLIENTS.find(({ client_id: id }) => id === clientId)?.redirect_uris?.[0] ?? '',
    scope,
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...others,
  });
  return { url: url.href, verifier, state };
}

/** Exchanges the code in the address to which the app's user was sent back. */
export const exchange = async (site: Site, shown: Shown, { verifier, state }: Begun, clientId = 'films') =>
  oidc.authorizationCodeGrant(await site.app(clientId), new URL(shown.url), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    idTokenExpected: true,
  });

/** A whole sign-in. */
export async function signIn(site: Site, options: Record<string, string> = {}, browser = site.browser()) {
  const begun = await begin(site, options);
  const consent = await browser.open(begun.url);
  const shown = consent.text === '' ? consent : await browser.press(consent, 'allow');
  return { browser, tokens: await exchange(site, shown, begun, options.clientId) };
}
