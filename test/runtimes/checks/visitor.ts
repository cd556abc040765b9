import {
  type AuthHandler,
  type AuthHandlerOptions,
  createAuthHandler,
  type ServerView,
} from 'tmdb-auth/server';
import { same } from './expect.ts';
import type { World } from './world.ts';

export const ORIGIN = 'https://films.example';
export const SECRETS = ['a-secret-of-this-test-that-is-long-enough'];
export const handlerOf = ({ settings }: World, options: Partial<AuthHandlerOptions> = {}): AuthHandler =>
  createAuthHandler({
    credentials: { accessToken: settings.accessToken },
    baseURL: settings.baseURL,
    webURL: settings.webURL,
    origin: ORIGIN,
    secrets: SECRETS,
    onWarning: () => {},
    ...options,
  });

/** A browser at that site: a cookie jar, and `Request`s made by hand. */
export function createBrowser(
  handle: (request: Request) => Promise<Response>,
  cookies = new Map<string, string>(),
  site = ORIGIN,
) {
  const send = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const response = await handle(new Request(new URL(path, site), { ...init, headers }));
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    follow: (path: string, init: RequestInit = {}) =>
      send(path, { ...init, headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site' } }),
    submit: (path: string, fields: Record<string, string> = {}, origin = site) =>
      send(path, {
        method: 'POST',
        headers: { accept: 'text/html', origin },
        body: new URLSearchParams(fields),
      }),
    ask: (path: string, method = 'GET', body?: unknown) =>
      send(path, {
        method,
        headers: { accept: 'application/json', origin: site, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async session() {
      return (await (await this.ask('/auth/session')).json()) as ServerView;
    },
  };
}

type Visitor = ReturnType<typeof createBrowser>;

/** Resolves to the address where the user lands. */
export async function signIn(
  world: World,
  visitor: Visitor,
  answer: 'allow' | 'deny' = 'allow',
): Promise<string> {
  const sent = await visitor.submit('/auth/login', { returnTo: '/films?page=2' });
  same(sent.status, 303, 'the answer to the sign-in');
  const back = await world[answer](sent.headers.get('location'));
  const landed = await visitor.follow(back);
  same(landed.status, 303, 'the answer to the return');
  return landed.headers.get('location') ?? '';
}
