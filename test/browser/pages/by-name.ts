import type { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    byName: Record<string, ReturnType<typeof createBrowserAuth>>;
    /** Makes one more client, like a part of the page that is loaded later. */
    make(name: string): void;
  }
}

/**
 * Makes a client for each name in `names` except those marked `isLate`, which the test makes. The button signs the
 * last client in. `createFor` returns the function that makes the client of that name.
 */
export function makeClients(createFor: (name: string) => typeof createBrowserAuth): void {
  const { names, ...options } = CONFIG as typeof CONFIG & { names: Record<string, object> };
  window.ends = [];
  window.warnings = [];
  window.byName = {};
  window.make = (name) => {
    window.byName[name] = createFor(name)({
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

/** The names of the page's clients. */
export const clientNames = () => Object.keys((CONFIG as unknown as { names: object }).names);
