import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('../..', import.meta.url));
const silent = { default: { logLevel: ExtractorLogLevel.None } };

type Target = string | { [condition: string]: Target };

/** The type files of an entry: one, or one per export condition. */
const typesOf = (target: Target, name: string): [string, string][] =>
  typeof target === 'string'
    ? []
    : Object.entries(target).flatMap(([condition, inner]): [string, string][] =>
        condition === 'types' ? [[name, inner as string]] : typesOf(inner, `${name}-${condition}`),
      );

/** The entries in the `exports` of `package.json`: report name and type file. */
function entries(): [string, string][] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, Target>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typesOf(target, path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')),
  );
}

/** API Extractor's report of each entry, with all types that it refers to. */
function extract(folder: string): Map<string, string> {
  const configs = entries().map(([name, types]) => {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, 'package.json'),
      configObject: {
        projectFolder: root,
        newlineKind: 'lf',
        mainEntryPointFilePath: join(root, types),
        compiler: { tsconfigFilePath: join(root, 'scripts/api/tsconfig.json') },
        apiReport: {
          enabled: true,
          includeForgottenExports: true,
          reportFileName: name,
          reportFolder: folder,
          reportTempFolder: join(folder, 'temporary'),
        },
        messages: {
          compilerMessageReporting: silent,
          extractorMessageReporting: silent,
          tsdocMessageReporting: silent,
        },
      },
    });
    return { name, config };
  });
  const [first] = configs;
  if (!first) throw new Error('package.json exports nothing that has types.');
  const compilerState = CompilerState.create(first.config, {
    additionalEntryPoints: configs.map(({ config }) => config.mainEntryPointFilePath),
  });
  for (const { config } of configs) {
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true;
      },
    });
  }
  return new Map(configs.map(({ name }) => [name, readFileSync(join(folder, `${name}.api.md`), 'utf8')]));
}

/** Empty lines separate the declarations of a report. */
const declarationsIn = (report: string) => report.split('\n\n');
const EXPORTED = /^export (?:abstract )?/m;

/**
 * A report for each entry of the package. Each declaration appears once: where it is exported, or else in the first
 * report that needs it. Otherwise a change of the machine would show up in eleven reports.
 */
export function reports(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-api-'));
  mkdirSync(join(folder, 'temporary'));
  try {
    const whole = extract(folder);
    const told = new Set(
      [...whole.values()]
        .flatMap(declarationsIn)
        .filter((text) => EXPORTED.test(text))
        .map((text) => text.replace(EXPORTED, '')),
    );
    const isNew = (text: string) => {
      if (EXPORTED.test(text) || !/^\/\/ @/.test(text)) return true;
      if (told.has(text)) return false;
      told.add(text);
      return true;
    };
    return new Map(
      [...whole].map(([name, report]) => [name, declarationsIn(report).filter(isNew).join('\n\n')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
