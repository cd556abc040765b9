import { readFileSync } from 'node:fs';
import { FAILURE_CODES, failure } from '../../machines/index.ts';
import { STATE_TEXTS } from '../../src/tools/devtools/texts.ts';
import { ROUTES } from '../../src/tools/sandbox/routes/index.ts';
import { table } from '../../test/support/table.ts';
import { FAULT_TABLES } from './faults.ts';

const shownAbove = (path: string) => STATE_TEXTS[path.split('.')[0] as keyof typeof STATE_TEXTS].shows;

const statesTable = () =>
  table(
    ['`view.state`', 'What it means', 'What a UI shows'],
    Object.entries(STATE_TEXTS)
      .filter(([path]) => !Object.keys(STATE_TEXTS).some((other) => other.startsWith(`${path}.`)))
      .map(([path, { means, shows }]) => [
        `\`${path}\``,
        means,
        shows === 'the same' ? shownAbove(path) : shows,
      ]),
  );

/** The properties of an interface, with their docstrings. */
function optionsIn(file: string, name: string): string[][] {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const body = new RegExp(`interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (!body) throw new Error(`${file} has no interface ${name}`);
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s+(\w+)\??:/g)].map(([, comment = '', option = '']) => {
    const text = comment
      .replace(/\s*\n?\s*\*?\s+/g, ' ')
      .trim()
      .replace(/ Required\.$/, '');
    const [, what = text, preset = 'required'] = /^(.*?) Default: (.*?)\.?$/.exec(text) ?? [];
    return [`\`${option}\``, what, preset];
  });
}

const failuresTable = () =>
  table(
    ['`code`', 'What happened and what to do', '`retry()`'],
    FAILURE_CODES.map((code) => {
      const { message, retryable } = failure(code);
      return [`\`${code}\``, message, retryable ? 'yes' : ''];
    }),
  );

/** The handler's options. Those it shares with the client are described at the client. */
function serverOptions(): string[][] {
  const file = 'src/platforms/server/options.ts';
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const body = /type ForEveryRequest[\s\S]*?>;/.exec(source)?.[0] ?? '';
  const taken = [...body.matchAll(/'(\w+)'/g)].map(([, name]) => `\`${name}\``);
  const own = optionsIn(file, 'AuthHandlerOptions');
  const named = new Set(own.map(([name]) => name));
  const others = optionsIn('src/options.ts', 'TmdbAuthOptions').filter(
    ([name = '']) => taken.includes(name) && !named.has(name),
  );
  return [...own, ...others];
}

/** The sandbox's routes, in TMDB's notation: `/3/list/{list_id}`. */
const sandboxRoutes = () =>
  table(
    ['Route', 'Shape'],
    ROUTES.map(({ method, path, evidence }) => [
      `\`${method} ${path.replace(/:(\w+)/g, '{$1}')}\``,
      evidence,
    ]),
  );

const OPTION_HEAD = ['Option', 'What it is', 'Default'];

/** The generated tables, by marker name. */
export const TABLES: Record<string, () => string> = {
  states: statesTable,
  options: () => table(OPTION_HEAD, optionsIn('src/options.ts', 'TmdbAuthOptions')),
  'node-options': () =>
    table(OPTION_HEAD, optionsIn('src/platforms/node/create-node-auth.ts', 'CreateNodeAuthOptions')),
  'browser-options': () =>
    table(OPTION_HEAD, optionsIn('src/platforms/browser/create-browser-auth.ts', 'PageOptions')),
  'native-options': () =>
    table(OPTION_HEAD, optionsIn('src/platforms/native/create-native-auth.ts', 'CreateNativeAuthOptions')),
  'server-options': () => table(OPTION_HEAD, serverOptions()),
  failures: failuresTable,
  'sandbox-quirks': () => table(OPTION_HEAD, optionsIn('src/tools/sandbox/quirks.ts', 'SandboxQuirks')),
  'sandbox-routes': sandboxRoutes,
  ...FAULT_TABLES,
};
