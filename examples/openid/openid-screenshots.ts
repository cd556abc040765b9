/** Draws the pages of the OpenID provider that `examples/openid` shows. */
import { launchChromium } from '../../test/browser/chromium.ts';
import { start } from './start.ts';

const picture = (name: string) => new URL(`../../docs/screenshots/${name}.png`, import.meta.url).pathname;

const { site, issuer, close } = await start('openid-client', 0);
const chromium = await launchChromium();
const page = await chromium.newPage({ viewport: { width: 760, height: 620 } });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

await page.goto(site);
await press('Sign in with TMDB');
await press('Allow'); // on TMDB's page
await page.getByRole('heading', { name: 'Allow Evening Reel' }).waitFor();
await page.screenshot({ path: picture('openid-consent') });
await page.goto(`${issuer}/device`);
await page.getByLabel('Code').waitFor();
await page.screenshot({ path: picture('openid-code') });

await chromium.close();
await close();
