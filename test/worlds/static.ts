/** Serves a framework's build as static files. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium, type Site, serve } from '../browser/chromium.ts';
import { walk } from './walk.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** A path without a file gets `fallback`; without a fallback it is not found. */
function serveFolder(folder: string, fallback?: string): Promise<Site> {
  return serve((path) => {
    const [file] = [path, join(path, 'index.html'), ...(fallback ? [fallback] : [])]
      .map((name) => join(folder, name))
      .filter((name) => existsSync(name) && statSync(name).isFile());
    if (!file) return { type: 'text/plain', text: 'Not found', status: 404 };
    return { type: TYPES[extname(file)] ?? 'text/plain', text: readFileSync(file, 'utf8') };
  });
}

/** Signs in, in Chromium, at a guarded path of the build in `folder`. Its guard leads to the home page. */
export async function walkThrough(
  folder: string,
  tmdb: Sandbox,
  { at, fallback }: { at: string; fallback?: string },
): Promise<void> {
  const site = await serveFolder(folder, fallback);
  const chromium = await launchChromium();
  try {
    await walk(chromium, tmdb, { address: site.url + at, at, guard: '/' });
  } finally {
    await chromium.close();
    site.close();
  }
}
