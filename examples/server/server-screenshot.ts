/** Draws the site of `examples/server`, signed in, and the page of a return that belongs to another browser. */
import { serve } from '@hono/node-server';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../../test/browser/chromium.ts';
import { createSite } from './site.ts';

const picture = (name: string) => new URL(`../../docs/screenshots/${name}.png`, import.meta.url).pathname;

const tmdb = await startSandbox();
const chromium = await launchChromium();
let respond = async (_: Request) => new Response();
const server = serve({ fetch: (request) => respond(request), port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  const origin = `http://127.0.0.1:${port}`;
  const auth = createAuthHandler({
    credentials: { accessToken: tmdb.accessToken },
    baseURL: tmdb.baseURL,
    webURL: tmdb.webURL,
    origin,
    secrets: ['a secret of this picture, and nothing else'],
  });
  const site = createSite(auth, origin);
  respond = (request) => {
    if (request.url.includes('/auth/')) return auth(request);
    return request.method === 'POST' ? site.favourite(request) : site.start(request);
  };
  void draw(origin);
});

/** One browser starts a sign-in, and another approves it. */
async function drawElsewhere(origin: string): Promise<void> {
  const [sender, victim] = await Promise.all([chromium.newContext(), chromium.newContext()]);
  const begun = await sender.request.post(`${origin}/auth/login`, { headers: { origin }, maxRedirects: 0 });
  const page = await victim.newPage();
  await page.setViewportSize({ width: 760, height: 620 });
  await page.goto(begun.headers().location ?? origin);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('button', { name: 'End that sign-in' }).waitFor();
  await page.screenshot({ path: picture('begun-elsewhere') });
}

async function draw(origin: string): Promise<void> {
  const page = await chromium.newPage({ viewport: { width: 1000, height: 880 } });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await page.goto(origin);
  await press('Sign in with TMDB');
  await press('Allow');
  await press('Paper Lions: favourite');
  await press('Four Short Tuesdays: favourite');
  for (const [film, value] of [
    [603, 9],
    [11, 7.5],
  ]) {
    await page.request.post(`${origin}/auth/tmdb/3/movie/${film}/rating`, {
      headers: { origin },
      data: { value },
    });
  }
  await page.goto(origin);
  await page.screenshot({ path: picture('server') });
  await drawElsewhere(origin);
  await chromium.close();
  server.close();
  await tmdb.close();
}
