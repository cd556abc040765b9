import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import type { ServerView } from '../../src/platforms/server/index.ts';
import { until } from '../node/processes.ts';
import type { Fleet } from './fleet.ts';

/** A user who signs in at a site, and tries again when a page does not load. */
export interface Person {
  /** Goes to TMDB's page. */
  begin(): Promise<void>;
  /** Approves there and returns. Resolves to the failure that the site reports, if any. */
  approve(username: string): Promise<string | null>;
  session(): Promise<ServerView>;
  /** The user name that TMDB gives for the site's session; null if it gives none. */
  account(): Promise<string | null>;
  leave(): Promise<void>;
}

const PATIENCE = 20;

interface Answer {
  status: number;
  location: string | null;
  text: string;
}

/** A program with a cookie jar. Like a browser, it repeats a GET when the connection broke. */
export function createPlainPerson({ origin }: Fleet): Person {
  const cookies = new Map<string, string>();
  let approval = new URL(origin);

  const send = (url: URL, method: string, headers: Record<string, string>, body = '') =>
    new Promise<Answer>((resolve, reject) => {
      const isSite = url.origin === origin;
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const sent = request(url, { method, agent: false, headers: { ...headers, ...(isSite && { cookie }) } });
      sent.on('error', reject).on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('error', reject).on('end', () => {
          if (!answer.complete) return reject(new Error('cut off'));
          for (const line of answer.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            if (line.includes('Max-Age=0')) cookies.delete(name);
            else cookies.set(name, value);
          }
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? null, text });
        });
      });
      sent.end(body);
    });

  const get = async (url: URL, headers: Record<string, string>): Promise<Answer> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await send(url, 'GET', headers).catch(() => null);
      const isAnswer = answer !== null && answer.status !== 503;
      if (isAnswer) return answer;
      if (tries === PATIENCE) throw new Error(`${url.pathname} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const JSON_ASKED = { accept: 'application/json' };

  return {
    async begin() {
      const { location } = await get(new URL('/auth/login', origin), { accept: 'text/html' });
      approval = new URL(location ?? 'missing:');
    },
    async approve(username) {
      const body = new URLSearchParams(approval.search);
      body.set('username', username);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const allow = new URL(`${approval.pathname}/allow`, approval);
      const { location: back } = await send(allow, 'POST', form, body.toString());
      if (!back) throw new Error('TMDB does not take that token any more');
      const { location } = await get(new URL(back), { accept: 'text/html' });
      return new URL(location ?? 'missing:').searchParams.get('tmdb_auth_failure');
    },
    session: async () => JSON.parse((await get(new URL('/auth/session', origin), JSON_ASKED)).text),
    async account() {
      const { text } = await get(new URL('/auth/tmdb/3/account', origin), JSON_ASKED);
      return (JSON.parse(text) as { username?: string }).username ?? null;
    },
    leave: async () => {},
  };
}

const isBroken = (page: Page) => page.url().startsWith('chrome-error:');

/** A user with a real browser, who presses reload when a page does not load. */
export async function createBrowsingPerson({ origin, tmdb }: Fleet, chromium: Browser): Promise<Person> {
  const context = await chromium.newContext();
  const page = await context.newPage();

  /** Waits until the page has loaded, or Chromium's error page. */
  const arrives = (isThere: () => boolean) =>
    until(
      () => isBroken(page) || isThere(),
      () => `a page; this is ${page.url()}`,
    );
  const reload = async () => {
    for (let tries = 1; isBroken(page) && tries < PATIENCE; tries += 1) {
      await page.reload({ waitUntil: 'commit' }).catch(() => {});
      await page.waitForTimeout(50);
    }
  };
  const ask = async (path: string) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await context.request
        .get(origin + path, { headers: { accept: 'application/json' } })
        .catch(() => null);
      if (answer) return answer.json();
      if (tries === PATIENCE) throw new Error(`${path} does not answer`);
    }
  };

  return {
    async begin() {
      for (let tries = 1; !page.url().startsWith(`${tmdb.webURL}/authenticate/`); tries += 1) {
        if (tries > PATIENCE) throw new Error(`No way to TMDB; this is ${page.url()}`);
        await page.goto(origin, { waitUntil: 'commit' }).catch(() => {});
        await reload();
        await page.getByRole('button', { name: 'Sign in' }).click({ noWaitAfter: true });
        await arrives(() => page.url().startsWith(`${tmdb.webURL}/authenticate/`));
      }
    },
    async approve(username) {
      await page.locator('select').selectOption(username);
      await page.getByRole('button', { name: 'Allow' }).click({ noWaitAfter: true });
      await arrives(() => page.url().startsWith(`${origin}/`));
      await reload();
      await arrives(() => page.url().startsWith(`${origin}/`) && !page.url().includes('/auth/'));
      return new URL(page.url()).searchParams.get('tmdb_auth_failure');
    },
    session: () => ask('/auth/session'),
    account: async () => (await ask('/auth/tmdb/3/account')).username ?? null,
    leave: () => context.close(),
  };
}
