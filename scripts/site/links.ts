import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Dead {
  /** The page, from the folder of the site. */
  page: string;
  /** As it stands there. */
  link: string;
}

/**
 * What the pages below that folder link to, embed or load, and what of it is not there: files, and places in a page.
 * A page that loads anything from elsewhere could not be read offline: that counts as dead, too. Links that leave
 * the site are not followed.
 */
export function deadLinksIn(folder: string): { pages: number; links: number; dead: Dead[] } {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const places = new Map([...texts].map(([page, text]) => [page, placesIn(text)]));
  const dead: Dead[] = [];
  let links = 0;
  for (const [page, text] of texts) {
    for (const { link, isLoaded } of linksIn(text)) {
      links += 1;
      if (!leadsSomewhere(page, link, isLoaded)) dead.push({ page, link });
    }
  }
  return { pages: pages.length, links, dead };

  function leadsSomewhere(page: string, link: string, isLoaded: boolean): boolean {
    if (/^(data|mailto):/.test(link)) return true;
    if (/^(\w+:|\/\/)/.test(link)) return !isLoaded;
    const [path = '', place] = link.split('#');
    const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
    if (!existsSync(join(folder, target)) || statSync(join(folder, target)).isDirectory()) return false;
    const known = places.get(target);
    return !place || !known || known.has(decodeURIComponent(place));
  }
}

const placesIn = (text: string) =>
  new Set([...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id = '']) => unescaped(id)));

function linksIn(text: string): { link: string; isLoaded: boolean }[] {
  return [...text.matchAll(/<(\w+)\s[^>]*?\b(?:href|src|srcset)="([^"]*)"/g)].map(([, tag, link = '']) => ({
    link: unescaped(link),
    isLoaded: tag !== 'a',
  }));
}

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
