/** Opens every page of the site from the disk: its links, its console and its width on a phone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/browser/chromium.ts';

const site = join(import.meta.dirname, '../dist-site');
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.html'),
);
const html = new Map(pages.map((path) => [join(site, path), readFileSync(join(site, path), 'utf8')]));
const wrong: string[] = [];

const plain = (text: string) => text.replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** The links of a page that lead to no file, or to no id in it. The icons are put in by a script. */
function brokenLinks(file: string, content: string): string[] {
  const links = [...content.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link = '']) => plain(link));
  return links.filter((link) => {
    if (/^\w+:/.test(link) || link.startsWith('#icon-')) return false;
    const [path = '', id] = link.split('#');
    const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
    return !existsSync(target) || (id && !html.get(target)?.includes(`id="${decodeURIComponent(id)}"`));
  });
}

for (const [file, content] of html)
  for (const link of brokenLinks(file, content))
    wrong.push(`${relative(site, file)} links to ${link}, which is not there.`);

/** The pages that are more than TypeDoc's, and what shows it. */
const OWN = {
  'index.html': 'class="landing"',
  'documents/The_states.html': '<section class="state user">',
  'documents/The_statechart.html': '<div class="chart"',
};
for (const [path, part] of Object.entries(OWN))
  if (!html.get(join(site, path))?.includes(part)) wrong.push(`${path} has no ${part}.`);

/** The innermost element that makes the page wider than the window, or null. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return null;
    const wide = [...document.querySelectorAll('.col-content *')].filter(
      (one) => one.getBoundingClientRect().right > window.innerWidth,
    );
    return wide.at(-1)?.outerHTML.slice(0, 100) ?? 'an element around the text';
  });

async function look() {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  let path = '';
  page.on('console', (message) => message.type() === 'error' && wrong.push(`${path}: ${message.text()}`));
  page.on('pageerror', ({ message }) => wrong.push(`${path}: ${message}`));
  page.on(
    'request',
    (request) => request.url().startsWith('file:') || wrong.push(`${path} asks for ${request.url()}.`),
  );
  // The index of the search takes longer than the page: it is read once, below.
  await page.route('**/search.js', (route) => route.fulfill({ body: '' }));
  for (path of pages) {
    await page.goto(pathToFileURL(join(site, path)).href);
    const element = await tooWide(page);
    if (element) wrong.push(`${path} is wider than 390 px: ${element}`);
  }
  await page.unrouteAll();
  await page.reload();
  await page.keyboard.press('/');
  await page.locator('#tsd-search-input').fill('rate');
  const results = page.locator('#tsd-search-results a');
  await results
    .first()
    .waitFor()
    .catch(() => wrong.push('The search finds nothing for "rate".'));
  await browser.close();
}

// The Chromium from npm is one for Linux.
if (process.platform === 'linux') await look();
for (const line of wrong) console.error(line);
console.log(`${pages.length} pages, ${wrong.length} wrong`);
if (wrong.length > 0) process.exitCode = 1;
