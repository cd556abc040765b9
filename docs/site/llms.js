/** Puts llms.txt into the site, with the pages that it links to as they are: a model reads Markdown better than HTML. */
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';

const docs = join(import.meta.dirname, '..');
const site = join(docs, '../dist-site');

for (const name of ['llms.txt', 'guides']) cpSync(join(docs, name), join(site, name), { recursive: true });
cpSync(docs, site, {
  recursive: true,
  filter: (path) => path === docs || (dirname(path) === docs && path.endsWith('.md')),
});
