/**
 * Changes the sources in every small way there is, one at a time, and looks whether a test fails: `npm run proof
 * mutants record`, or `npm run proof mutants record -- --mutate src/record/vault.ts` for one file.
 */

const files = (folder, ...names) => names.map((name) => `${folder}/${name}.ts`);
const tests = (folder, ...names) => names.map((name) => `test/${folder}/${name}.test.ts`);

/** Whole clients over HTTP: seconds each. */
const CLIENTS = tests(
  'core',
  'channel',
  'two-at-once',
  'ends',
  'login',
  'retry-and-polling',
  'v4-records',
  'views',
);

/** The tests of an area in the order in which a mutant meets them, the quickest first: the first that fails ends it. */
const AREAS = {
  machine: {
    mutate: files(
      'machines',
      'auth.actors',
      'auth.delays',
      'auth.failures',
      'auth.guards',
      'auth.machine',
      'auth.requests',
      'auth.setup',
      'auth.step',
      'auth.transitions',
      'auth.types',
      'auth.view',
    ),
    tests: [
      ...tests('machine', 'transitions', 'keeping', 'guest-and-record', 'view', 'failures', 'without-actors'),
      ...tests('mutation', 'machine-loads'),
      ...tests('machine', 'everywhere', 'walk'),
      ...CLIENTS,
    ],
    // Every test for every mutant: those of the walk share what the first of them works out.
    coverageAnalysis: 'all',
  },
  record: {
    mutate: [
      ...files('src/record', 'decide', 'keeper', 'session-record', 'store', 'vault'),
      ...files('src/lib', 'is-same'),
    ],
    tests: [
      ...tests(
        'core',
        'session-record',
        'record-decide',
        'record-keeper',
        'record-claim',
        'record-lock',
        'record-of-others',
        'record-unread',
        'vault',
      ),
      ...tests('mutation', 'client-loads'),
      ...tests('must-handle', '67-record-of-a-newer-version'),
      ...CLIENTS,
    ],
  },
  tmdb: {
    mutate: files('src', 'tmdb/parse', 'errors', 'lib/clock'),
    tests: [...tests('core', 'parse', 'errors', 'clock'), ...tests('mutation', 'client-loads'), ...CLIENTS],
  },
};

const { AREA = '' } = process.env;
const area = Object.hasOwn(AREAS, AREA) ? AREAS[AREA] : undefined;
if (!area) {
  console.error(`npm run proof mutants takes one of: ${Object.keys(AREAS).join(', ')}`);
  process.exit(2);
}
// For vitest.config.ts, which Stryker's workers read.
process.env.MUTATE_TESTS = area.tests.join(' ');

export default {
  mutate: area.mutate,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: area.coverageAnalysis ?? 'perTest',
  thresholds: { high: 95, low: 95, break: 95 },
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  // The report counts whole areas.
  jsonReporter: {
    fileName: `coverage/mutants/${AREA}${process.argv.includes('--mutate') ? '.part' : ''}.json`,
  },
  incrementalFile: `coverage/mutants/${AREA}.incremental.json`,
  tempDirName: 'coverage/stryker',
  ignorePatterns: ['/coverage', '/dist', '/docs', '/examples'],
  // Stryker would read it by an API that TypeScript 7 does not have.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  concurrency: 2,
  timeoutMS: 5_000,
  timeoutFactor: 2,
  warnings: false,
};
