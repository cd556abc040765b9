import { type IncomingHttpHeaders, request as send } from 'node:http';
import * as oidc from 'openid-client';
import { expect } from 'vitest';
import type { OpenidProviderOptions } from '../../../src/platforms/openid/index.ts';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, begin, createSite, type Shown, type Site } from '../site.ts';

export const EVIL = 'https://evil.example';

/** A site behind a proxy that writes the address of each client. */
export const createWorld = (options: Partial<OpenidProviderOptions> = {}) =>
  createSite({ addressOf: (request) => request.headers.get('x-real-ip'), ...options });

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface Raw {
  headers?: Record<string, string | string[]>;
  body?: string | URLSearchParams;
}

/** A request exactly as given: `fetch` would resolve `..`, and set `Host` by itself. */
export const ask = (site: Site, method: string, path: string, { headers = {}, body }: Raw = {}) =>
  new Promise<Answered>((resolve, reject) => {
    const { hostname, port } = new URL(site.issuer);
    const form = body instanceof URLSearchParams;
    const all = {
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(body !== undefined &&
        !headers['transfer-encoding'] && { 'content-length': String(Buffer.byteLength(String(body))) }),
      ...headers,
    };
    const asked = send({ hostname, port, method, path, headers: all }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : String(body));
  });

/** The header `Cookie` of this browser for that path. */
export const cookieOf = ({ cookies }: Browser, path: string): string =>
  [...cookies]
    .filter(([key]) => path.startsWith(key.split('|')[1] ?? '/'))
    .map(([key, value]) => `${key.split('|')[0]}=${value}`)
    .join('; ');

/** Takes the cookies of an answer to a raw request. */
export function takeCookies({ cookies }: Browser, { headers }: Answered): void {
  for (const line of headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(`${name}|${/path=([^;]*)/i.exec(line)?.[1] ?? '/'}`, value);
  }
}

export const startDevice = async (site: Site) =>
  oidc.initiateDeviceAuthorization(await site.app('tv'), { scope: 'openid profile' });

export const hiddenIn = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';

/** A browser with the form for codes, and its `xsrf`. */
export async function openForm(site: Site) {
  const browser = site.browser();
  const { text } = await browser.open(`${site.issuer}/device`);
  return { browser, xsrf: hiddenIn(text, 'xsrf') };
}

/** Runs an attack that must have no effect: no session at TMDB, and TMDB is not asked. */
export async function withoutEffect<T>(site: Site, attack: () => Promise<T>): Promise<T> {
  const before = [site.tmdb.requests.length, site.tmdb.sessions().length];
  const result = await attack();
  expect([site.tmdb.requests.length, site.tmdb.sessions().length]).toEqual(before);
  return result;
}

/** A sign-in up to TMDB's page: its token, and the address to which TMDB would send the user back. */
export async function beginAtTmdb(site: Site, browser: Browser, options: Record<string, string> = {}) {
  const begun = await begin(site, options);
  const { decide } = site.onTmdb;
  site.onTmdb.decide = () => {
    throw new Error('the user is at TMDB');
  };
  await expect(browser.open(begun.url)).rejects.toThrow('the user is at TMDB');
  site.onTmdb.decide = decide;
  const link = site.received.findLast((url) => url.startsWith(site.tmdb.webURL)) ?? '';
  const token = tokenIn(link);
  const back = new URL(new URL(link).searchParams.get('redirect_to') ?? '');
  back.searchParams.set('request_token', token);
  back.searchParams.set('approved', 'true');
  return { begun, token, back: back.href };
}

/** A sign-in up to the page that asks for consent. */
export async function beginConsent(site: Site, options: Record<string, string> = {}) {
  const browser = site.browser();
  const begun = await begin(site, options);
  return { browser, begun, consent: await browser.open(begun.url) };
}

/** A sign-in up to the app's address, with the code. */
export async function beginWithCode(site: Site, options: Record<string, string> = {}) {
  const { browser, begun, consent } = await beginConsent(site, options);
  const shown: Shown = await browser.press(consent, 'allow');
  const code = new URL(shown.url).searchParams.get('code') ?? '';
  expect(code).not.toBe('');
  return { browser, begun, shown, code };
}

/** The token endpoint's answer to these fields. */
export async function askForTokens(site: Site, fields: Record<string, string>, credentials = '') {
  const headers: Record<string, string> = credentials
    ? { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
    : {};
  const answer = await ask(site, 'POST', '/token', { headers, body: new URLSearchParams(fields) });
  return JSON.parse(answer.text) as Record<string, string> & { error?: string };
}

export const FILMS = 'films:a-client-secret-of-this-test-0123456789';
export const OTHER = 'other:a-client-secret-of-this-test-0123456789';
