import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import type {} from './clients.ts';
import { note, onClick } from './window.ts';

export { createBrowserAuth };

/** A page of parts, each with a client for a name in `names` and with a copy of this package; the button signs the last one in. */
async function build(): Promise<void> {
  const { names, ...options } = CONFIG as typeof CONFIG & { names: Record<string, object> };
  window.ends = [];
  window.warnings = [];
  window.byName = {};
  // A browser loads a module once for each address.
  const copies: { createBrowserAuth: typeof createBrowserAuth }[] = await Promise.all(
    Object.keys(names).map((name) => import(`/app.js?${name}`)),
  );
  window.make = (name) => {
    const copy = copies[Object.keys(names).indexOf(name)];
    if (!copy) throw new Error(`No part is called ${name}.`);
    window.byName[name] = copy.createBrowserAuth({
      onWarning: ({ code }) => window.warnings.push(`${name} ${code}`),
      ...options,
      ...names[name],
    });
  };
  for (const name of Object.keys(names)) if (!(names[name] as { isLate?: boolean }).isLate) window.make(name);
  window.auth = Object.values(window.byName)[0] as typeof window.auth;
  onClick('#login', () => {
    const last = Object.values(window.byName).at(-1);
    if (last) note('login', last.login());
  });
}

const isPart = import.meta.url.includes('?');
if (!isPart) await build();
