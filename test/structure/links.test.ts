import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deadLinksIn } from '../../scripts/site/links.ts';

/** The links in `page` of a small site that are called dead. */
function deadIn(page: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'guides'));
  writeFileSync(join(folder, 'index.html'), '<h1 id="top">Home</h1>');
  writeFileSync(join(folder, 'a × b.svg'), '<svg></svg>');
  writeFileSync(join(folder, 'guides/page.html'), page);
  return deadLinksIn(folder).dead.map(({ link }) => link);
}

test.each([
  ['a page', '<a href="../index.html">'],
  ['a place in a page', '<a class="x" href="../index.html#top">'],
  ['a place in the same page', '<a href="#here"></a><p id="here">'],
  ['a file with a name that is written in another way', '<img alt="" src="../a%20%C3%97%20b.svg">'],
  ['another site', '<a href="https://www.themoviedb.org">'],
])('%s is there', (_, page) => {
  expect(deadIn(page)).toEqual([]);
});

test.each([
  ['a page that is not there', '<a href="../other.html">', '../other.html'],
  ['a place that is not there', '<a href="../index.html#bottom">', '../index.html#bottom'],
  ['a folder, which a disk does not open as a page', '<a href="../">', '../'],
  ['a picture that is not there', '<source srcset="../dark.svg">', '../dark.svg'],
  [
    'a script of another site',
    '<script src="https://cdn.example/x.js"></script>',
    'https://cdn.example/x.js',
  ],
])('%s is dead', (_, page, link) => {
  expect(deadIn(page)).toEqual([link]);
});
