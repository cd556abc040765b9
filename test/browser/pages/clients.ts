import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    byName: Record<string, ReturnType<typeof createBrowserAuth>>;
    /** Makes one more client, as a part of the page that is loaded later does. */
    make(name: string): void;
  }
}

/** A page with a client for each name in `names`, and a button that signs the last one in. `late`: made by the test. */
const { names, ...options } = CONFIG as typeof CONFIG & { names: Record<string, object> };
window.ends = [];
window.warnings = [];
window.byName = {};
window.make = (name) => {
  window.byName[name] = createBrowserAuth({
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
