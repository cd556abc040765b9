import { type AuthHandler, createAuthHandler } from '../../src/platforms/server/index.ts';
import { jwt } from '../support/answers.ts';
import { createTestClock } from '../support/clock.ts';
import { bareStore } from '../support/store.ts';
import { fetchOf, type Reply } from './responses.ts';

/** The application's own key, which must never be visible. */
export const KEY = 'the-key-of-the-application-0123456789';
export const ORIGIN = 'https://films.example';
const SECRETS = ['new', 'old'].map((name) => `${name}-secret-of-this-test-that-is-long-enough`);

export interface Site {
  handler: AuthHandler;
  clock: ReturnType<typeof createTestClock>;
  replies: readonly Reply[];
  asked: Request[];
  stored: string;
}

/** One site of each kind, as in a process; TMDB answers as the input says. */
export function createSite(kind: string): Site {
  const clock = createTestClock();
  const store = bareStore();
  const site: Omit<Site, 'handler'> = { clock, replies: [], asked: [], stored: '' };
  const handler = createAuthHandler({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    credentials: { accessToken: jwt({}, KEY) },
    apiVersion: kind.includes('4') ? 4 : 3,
    origin: ORIGIN,
    secrets: SECRETS,
    clock,
    onWarning: () => {},
    ...(kind === 'store' && {
      store: {
        ...store,
        getItem: async (key: string) => (await store.getItem(key)) ?? site.stored,
      },
    }),
    async fetch(input, init) {
      const { asked, fetch } = fetchOf(
        site.replies.slice(site.asked.length % Math.max(1, site.replies.length)),
      );
      const answer = fetch(input, init);
      site.asked.push(...asked);
      return answer;
    },
  });
  return Object.assign(site, { handler });
}
