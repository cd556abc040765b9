import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { clientNames, makeClients } from './by-name.ts';

export { createBrowserAuth };

/**
 * A page of parts, each with a client and its own copy of this package: a browser loads a module once per address.
 */
async function build(): Promise<void> {
  const copies = new Map<string, { createBrowserAuth: typeof createBrowserAuth }>();
  for (const name of clientNames()) copies.set(name, await import(`/app.js?${name}`));
  makeClients((name) => copies.get(name)?.createBrowserAuth ?? createBrowserAuth);
}

const isPart = import.meta.url.includes('?');
if (!isPart) await build();
