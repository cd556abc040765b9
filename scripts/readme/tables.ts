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

const SHARED = [
  ['src/platforms/server/options.ts', 'AuthHandlerOptions'],
  ['src/options.ts', 'TmdbAuthOptions'],
] as const;

/** Options of a server. Those that it shares with the handler or the client are described there. */
function optionsWithShared(file: string, name: string, shared: RegExp): string[][] {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const body = shared.exec(source)?.[0] ?? '';
  const taken = [...body.matchAll(/'(\w+)'/g)].map(([, name]) => `\`${name}\``);
  const own = optionsIn(file, name);
  const named = new Set(own.map(([name]) => name));
  const others = SHARED.flatMap(([from, interfaceName]) => optionsIn(from, interfaceName)).filter(
    ([option = '']) => taken.includes(option) && !named.has(option) && named.add(option),
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
  'server-options': () =>
    table(
      OPTION_HEAD,
      optionsWithShared(
        'src/platforms/server/options.ts',
        'AuthHandlerOptions',
        /type ForEveryRequest[\s\S]*?>;/,
      ),
    ),
  'openid-options': () =>
    table(
      OPTION_HEAD,
      optionsWithShared('src/platforms/openid/options.ts', 'OpenidProviderOptions', /type Tmdb =[\s\S]*?>;/),
    ),
  'openid-clients': () =>
    table(['Field', 'What it is', 'Default'], optionsIn('src/platforms/openid/options.ts', 'OpenidClient')),
  failures: failuresTable,
  'sandbox-quirks': () => table(OPTION_HEAD, optionsIn('src/tools/sandbox/quirks.ts', 'SandboxQuirks')),
  'sandbox-routes': sandboxRoutes,
  ...FAULT_TABLES,
};
