// next.js#91819, auth0-react#61: Next's App Router brought the token back into the address, into history and into requests.
// Here: The address is cleaned by a real navigation: the page that could write the token back is gone.
import { expect, test } from 'vitest';
import type {} from '../browser/pages/routed.ts';
import { inChromium, reaches, signIn } from '../browser/stage.ts';

const stage = inChromium();

test.each([{}, { isRouterFirst: true }, { isLazy: true }])(
  'a router that writes its first address back writes the clean one: %o',
  async (options) => {
    const on = await stage({
      page: 'routed.ts',
      bundle: { inChunks: true },
      options: { ...options, writesBack: true },
    });
    const page = await on.open('/films?tab=cast');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await signIn(page);
    const here = `${on.site.url}/films?tab=cast`;
    await page.waitForURL(here);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(here);
    expect(await page.evaluate(() => location.origin + window.router.at())).toBe(here);
    const withToken = asked.filter(
      (url) => url.startsWith(`${on.site.url}/`) && url.includes('request_token='),
    );
    expect(withToken).toHaveLength(1);
  },
);
