/**
 * The site of the docs: README, guides, pages of `docs` and the API reference, made by TypeDoc, to be read without a
 * server. Fails where a public symbol says nothing of itself, or a link leads nowhere. `npm run docs:site`
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOf } from '../../test/support/options.ts';
import { deadLinksIn } from './links.ts';

optionsOf('npm run docs:site', {});

const root = join(import.meta.dirname, '../..');
/** TypeDoc needs a TypeScript of its own, so it comes with the first call, and to nobody who does not build the site. */
const tools = join(root, 'docs/site');
const site = join(root, 'dist-site');

const run = (command: string, ...args: string[]) => {
  const { status } = spawnSync(command, args, { cwd: tools, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
};

// npm writes it last.
if (!existsSync(join(tools, 'node_modules/.package-lock.json'))) run('npm', 'ci', '--no-audit', '--no-fund');
run('node', 'node_modules/typedoc/bin/typedoc');

const { pages, links, dead } = deadLinksIn(site);
for (const { page, link } of dead) console.error(`${page}: ${link} leads nowhere.`);
if (dead.length > 0) process.exit(1);
console.log(`${pages} pages, ${links} links, none dead. Open ${join('dist-site', 'index.html')}.`);
