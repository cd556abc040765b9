import { createAuthHandler } from '../../src/platforms/server/index.ts';
import { createTestClock } from '../support/clock.ts';
import { settingsFor } from '../support/settings.ts';
import { bareStore } from '../support/store.ts';
import type { Tmdb } from './tmdb.ts';

const ORIGIN = 'https://films.example';

/** Requests of visitors who sign in, become guests, ask TMDB and leave; with cookies and with a store. */
export function createRequests(tmdb: Tmdb) {
  const clock = createTestClock();
  const handlers = [undefined, bareStore()].map((store) =>
    createAuthHandler({
      requestsPerSecond: Number.POSITIVE_INFINITY,
      ...settingsFor(tmdb),
      origin: ORIGIN,
      secrets: ['a-secret-of-this-test-that-is-long-enough'],
      clock,
      onWarning: () => {},
      ...(store && { store }),
    }),
  );

  /** One visitor's browser with its sequence of requests. */
  const visit = async (index: number): Promise<number> => {
    const handler = handlers[index % handlers.length];
    const cookies = new Map<string, string>();
    let count = 0;
    const ask = async (method: string, path: string, body?: object) => {
      count += 1;
      const response = await handler?.(
        new Request(ORIGIN + path, {
          method,
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            origin: ORIGIN,
            'sec-fetch-site': 'same-origin',
            cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
          },
          ...(body && { body: JSON.stringify(body) }),
        }),
      );
      for (const line of response?.headers.getSetCookie() ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return (await response?.json()) as { approvalUrl: string | null };
    };
    await ask('POST', '/auth/guest', {});
    const { approvalUrl } = await ask('POST', '/auth/login', {});
    const requestToken = approvalUrl?.split('/').at(-1) ?? '';
    await tmdb.approve(requestToken);
    await ask('POST', '/auth/callback', { requestToken });
    await ask('GET', '/auth/session');
    await ask('GET', '/auth/tmdb/3/movie/550');
    await ask('POST', '/auth/callback', { requestToken: 'another-token' });
    await ask('GET', '/auth/nowhere');
    await ask('POST', '/auth/logout', {});
    return count;
  };

  return { visit, pending: clock.pending, rest: async () => clock.advance(60 * 60_000) };
}
