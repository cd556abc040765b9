import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Page } from 'playwright-core';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import type { Reply } from './chromium.ts';
import type {} from './pages/lazy.ts';
import { replyOf } from './reply.ts';
import { inChromium, type Stage, type StageOptions } from './stage.ts';

export interface LazyStage extends Stage {
  /** Scripts that were asked for besides the page's own: the engine. */
  loaded(): string[];
  /** From now on the site refuses every script that is loaded later, or those whose path begins like that, or none. */
  break(which: boolean | string): void;
}

const OWN = ['/app.js', '/config.js'];
const isOfEngine = (path: string) => path.endsWith('.js') && !OWN.includes(path);

/** A stage whose page loads the engine when it is needed. */
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

/** A stage whose page asks a handler at `/auth`. */
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

/** Each state that was shown, the first included. */
export const shownIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.views.map(({ state }) => state));

/** Everything that the page wanted at once is there. */
export const rests = (page: Page) => page.waitForLoadState('networkidle');

/** Listens to what others write into this page's storage, and waits for the first of it. */
export async function hearing(page: Page): Promise<() => Promise<unknown>> {
  const ears = await page.evaluateHandle(() => ({
    first: new Promise((hear) => addEventListener('storage', () => hear('heard'))),
  }));
  return () => ears.evaluate(({ first }) => first);
}

/** The user comes back to this tab. */
export const lookAgain = (page: Page) =>
  page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));

/** Of what was loaded, the engine itself: beside it are the parts that it loads when they are needed. */
export const engineOf = (loaded: string[]) => loaded.filter((path) => path.startsWith('/engine-'));
