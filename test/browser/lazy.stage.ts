import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Page } from 'playwright-core';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import type { Reply } from './chromium.ts';
import type {} from './pages/lazy.ts';
import { replyOf } from './reply.ts';
import { inChromium, type Stage, type StageOptions } from './stage.ts';

export interface LazyStage extends Stage {
  /** Scripts that the page requested besides its own: the engine. */
  loaded(): string[];
  /**
   * From now on the site refuses all lazily loaded scripts (true), those with this beginning of a path, or none
   * (false).
   */
  break(which: boolean | string): void;
}

const OWN = ['/app.js', '/config.js'];
const isOfEngine = (path: string) => path.endsWith('.js') && !OWN.includes(path);

/** Begins with a page that loads the engine on demand. */
export function lazily(): (options?: StageOptions) => Promise<LazyStage> {
  const begin = inChromium();
  return async (options = {}) => {
    let broken: boolean | string = false;
    const stage = await begin({
      page: 'lazy.ts',
      bundle: { inChunks: true },
      ...options,
      respond(path, request, on) {
        const isBroken = typeof broken === 'string' ? path.startsWith(broken) : broken && isOfEngine(path);
        if (isBroken) return { type: 'text/plain', text: 'Out of order', status: 500 };
        return options.respond?.(path, request, on);
      },
    });
    return {
      ...stage,
      loaded: () => stage.visits.map(({ path }) => path).filter(isOfEngine),
      break(now) {
        broken = now;
      },
    };
  };
}

const secrets = [randomBytes(32).toString('base64')];

/** Begins with a page that asks a handler at `/auth`. */
export const throughServer =
  (begin: ReturnType<typeof lazily>) =>
  (options: Record<string, unknown> = {}) => {
    let handler: ReturnType<typeof createAuthHandler> | undefined;
    const answer = async (request: IncomingMessage, { tmdb, site }: Stage): Promise<Reply> => {
      const { accessToken, baseURL, webURL } = tmdb;
      handler ??= createAuthHandler({
        credentials: { accessToken },
        baseURL,
        webURL,
        origin: site.url,
        secrets,
        onWarning: () => {},
      });
      return replyOf(handler, site.url, request);
    };
    return begin({
      options: { server: '/auth', ...options },
      respond: (path, request, on) => (path.startsWith('/auth/') ? answer(request, on) : undefined),
    });
  };

/** All states that the page has shown, with the first. */
export const shownIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.views.map(({ state }) => state));

/** Waits until the page has loaded everything it requested at once. */
export const rests = (page: Page) => page.waitForLoadState('networkidle');

/** Listens for writes of other tabs to this page's storage; the result waits for the first one. */
export async function hearing(page: Page): Promise<() => Promise<unknown>> {
  const ears = await page.evaluateHandle(() => ({
    first: new Promise((hear) => addEventListener('storage', () => hear('heard'))),
  }));
  return () => ears.evaluate(({ first }) => first);
}

/** The user comes back to this tab. */
export const lookAgain = (page: Page) =>
  page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));

/** The engine's script alone, without the parts that the engine loads on demand. */
export const engineOf = (loaded: string[]) => loaded.filter((path) => path.startsWith('/engine-'));
