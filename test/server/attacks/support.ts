import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStorage } from 'unstorage';
import memoryDriver from 'unstorage/drivers/memory';
import { expect, onTestFinished } from 'vitest';
import type { AuthHandlerOptions, HandlerEvent } from '../../../src/platforms/server/index.ts';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, createSite, locationOf, ORIGIN, type Site, signIn } from '../site.ts';

export const EVIL = 'https://evil.example';

/** Two users of TMDB. */
export const USERS = [
  { username: 'sandra', password: 'pw', id: 548 },
  { username: 'mallory', password: 'pw', id: 54 },
];

export const memoryStore = () => createStorage({ driver: memoryDriver() });

/** Both places for records. */
export const KEPT: readonly [string, () => Partial<AuthHandlerOptions>][] = [
  ['in cookies', () => ({})],
  ['in a store', () => ({ store: memoryStore() })],
];

/** Requests of a handler to TMDB as they were sent: the sandbox does not record queries. */
export interface Sent {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** A `fetch` that records requests and sends them. */
export function wiretap(send = globalThis.fetch) {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.clone().text();
    sent.push({ method: request.method, url: new URL(request.url), headers: request.headers, body });
    return send(input, init);
  };
  return { sent, fetch };
}

/** An attacker's host on this machine, which records its requests. */
export async function createEvilHost() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A request exactly as given: no headers are added. */
export const plain = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: BodyInit | null = null,
) => new Request(ORIGIN + path, { method, headers, body });

export const FROM_HERE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
export const JSON_FROM_HERE = {
  ...FROM_HERE,
  accept: 'application/json',
  'content-type': 'application/json',
};

/** The user follows a link on another site. */
export const linkFromElsewhere = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };

export const lastEvent = ({ events }: Site): HandlerEvent | undefined => events.at(-1);

/** Runs an attack that must have no effect: no cookie changes, and TMDB is not asked. */
export async function withoutEffect(
  site: Site,
  browser: Browser,
  attack: () => Promise<Response>,
): Promise<Response> {
  const asked = site.tmdb.requests.length;
  const cookies = JSON.stringify([...browser.cookies]);
  const response = await attack();
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(JSON.stringify([...browser.cookies])).toBe(cookies);
  expect(site.tmdb.requests.length).toBe(asked);
  return response;
}

/** Begins a sign-in. Returns its token and the address for the approval. */
export async function begin(
  browser: Browser,
  path = '/auth/login',
): Promise<{ token: string; approval: URL }> {
  const approval = locationOf(await browser.follow(path));
  return { token: tokenIn(approval), approval };
}

/** The address to which TMDB would send the user back with this token. */
export const callbackWith = (token: string, answer = 'approved') =>
  `/auth/callback?request_token=${encodeURIComponent(token)}&${answer}=true`;

/** A site with a signed-in user and a guest in the same browser, and a record of the requests to TMDB. */
export async function tapped(options: Parameters<typeof createSite>[0] = {}) {
  const { sent, fetch } = wiretap((...request) => site.tmdb.fetch(...request));
  const site = await createSite({ fetch, ...options });
  const browser = site.browser();
  await browser.submit('/auth/guest');
  await signIn(site, browser);
  sent.length = 0;
  return { site, browser, sent };
}
