/** What `npm run mutate` changes, and which tests look. In the order in which a mutant meets them. */
export interface Pass {
  name: string;
  files: string[];
  tests: string[];
  /** Its tests share what the first of them works out: none may be left out for not having done so. */
  sharesWork?: true;
}

const MACHINE = [
  'auth.actors',
  'auth.delays',
  'auth.failures',
  'auth.guards',
  'auth.machine',
  'auth.setup',
  'auth.transitions',
  'auth.types',
  'auth.view',
].map((name) => `machines/${name}.ts`);

const CLIENT = [
  'errors',
  'lib/clock',
  'lib/is-same',
  'record/keeper',
  'record/decide',
  'record/session-record',
  'record/store',
  'record/vault',
  'tmdb/parse',
].map((name) => `src/${name}.ts`);

const machineTests = (...names: string[]) => names.map((name) => `test/machine/${name}.test.ts`);
const coreTests = (...names: string[]) => names.map((name) => `test/core/${name}.test.ts`);

/** The nearest tests: milliseconds each. */
export const GROUPS: Pass[] = [
  {
    name: 'the machine by itself',
    files: MACHINE,
    tests: [
      ...machineTests('transitions', 'keeping', 'guest-and-record', 'view', 'failures', 'without-actors'),
      'test/mutation/machine-loads.test.ts',
      ...machineTests('everywhere'),
    ],
  },
  {
    name: 'parts of the client',
    files: CLIENT,
    tests: [
      ...coreTests(
        'parse',
        'session-record',
        'record-keeper',
        'record-claim',
        'record-of-others',
        'record-decide',
        'record-unread',
        'clock',
        'errors',
        'vault',
      ),
      'test/mutation/client-loads.test.ts',
    ],
  },
];

/** Only for what is left: seconds each. */
export const FURTHER_OFF: Pass[] = [
  { name: 'the walk through every state', files: MACHINE, tests: machineTests('walk'), sharesWork: true },
  {
    name: 'whole clients over HTTP',
    files: [...MACHINE, ...CLIENT],
    tests: coreTests('channel', 'two-at-once', 'ends', 'login', 'retry-and-polling', 'v4-records', 'views'),
  },
];
