import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('../..', import.meta.url));
const silent = { default: { logLevel: ExtractorLogLevel.None } };

type Target = string | { [condition: string]: Target };

/** Where the types of an entry are: one file, or several where it differs by condition. */
const typesOf = (target: Target, name: string): [string, string][] =>
  typeof target === 'string'
    ? []
    : Object.entries(target).flatMap(([condition, inner]): [string, string][] =>
        condition === 'types' ? [[name, inner as string]] : typesOf(inner, `${name}-${condition}`),
      );

/** Declarations of entries: report name and file of types, as `package.json` exports them. */
function entries(): [string, string][] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, Target>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typesOf(target, path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')),
  );
}

/** What API Extractor reports of each entry, with all that its types are made of. */
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

/** The declarations of a report are what empty lines are between. */
const declarationsIn = (report: string) => report.split('\n\n');
const EXPORTED = /^export (?:abstract )?/m;

/**
 * A report for each entry of the package. What an entry's types are made of is told once: where it is exported, or
 * else in the first report that needs it. Otherwise a change of the machine would be seen in eleven places.
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
