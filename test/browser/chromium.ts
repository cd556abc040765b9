import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import chromium from '@sparticuz/chromium';
import { build } from 'esbuild';
import { type Browser, chromium as playwright } from 'playwright-core';

/** A real headless Chromium, from npm: nothing is downloaded at test time and no root is needed. */
export async function launchChromium(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  });
}

/** One file of `test/browser/pages`, bundled for a page as an app's bundler would. */
export async function bundle(entry: string, define: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL(`./pages/${entry}`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"', ...define },
  });
  return outputFiles[0]?.text ?? '';
}

export interface Site {
  url: string;
  close(): void;
}

/** Serves pages on loopback: every path is the same document, as in a single-page app. */
export async function serve(
  respond: (path: string) => { type: string; text: string; headers?: Record<string, string> },
): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const { type, text, headers } = respond(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(200, { 'content-type': type, ...headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
