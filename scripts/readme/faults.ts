import { endOf } from '../../test/faults/cells.ts';
import type { End } from '../../test/faults/ends.ts';
import { FAULTS, type FaultName, GROUPS, mayLast, troubleOf } from '../../test/faults/faults.ts';
import { KILLED, type KillEnd } from '../../test/faults/killed.matrix.ts';
import type { Helps } from '../../test/faults/play.ts';
import { STEP_NAMES, STEPS, type StepName, stepOf } from '../../test/faults/steps.ts';
import { table } from '../../test/support/table.ts';

/** Lost guests are not marked: guest sessions expire and cannot be deleted. */
const marksOf = (lost: End['lost'], forgotten = false) =>
  `${lost?.sessions || lost?.accessTokens ? ' †' : ''}${forgotten ? ' ‡' : ''}`;

const HELPS: Record<Helps, string> = {
  nothing: '',
  retry: ', retry',
  'any call': ', warns',
  again: ', call again',
  login: ', sign in anew',
};

function wordsFor(step: StepName, fault: FaultName, { rests, failure, helps, lost, forgotten }: End): string {
  const { goal, request } = stepOf(step);
  const marks = marksOf(lost, forgotten);
  const isTmdb = ['tmdb', 'slow'].includes(troubleOf(fault).at);
  if (goal === 'idle.loggedOut') return `${failure ? `\`${failure}\`` : 'signed out'}${marks}`;
  if (rests === goal && !failure) {
    if (isTmdb && request === null) return 'TMDB is not asked';
    if (isTmdb && step === 'rate') return 'the app has the answer';
    return `${isTmdb && fault !== 'slow' ? 'repeats' : 'goes on'}${marks}`;
  }
  if (troubleOf(fault).at === 'storage' && rests === goal) return `goes on, warns${marks}`;
  return `${failure ? `\`${failure.replace('left: ', '')}\`` : `\`${rests}\``}${HELPS[helps]}${marks}`;
}

function cellFor(step: StepName, fault: FaultName): string {
  const once = wordsFor(step, fault, endOf({ step, fault, lasts: false }));
  if (!mayLast(fault)) return once;
  const lasting = wordsFor(step, fault, endOf({ step, fault, lasts: true }));
  return once === lasting ? once : `${once}<br>lasting: ${lasting}`;
}

const groupTable = (faults: FaultName[]) =>
  table(
    ['Step', ...faults.map((fault) => FAULTS[fault].words)],
    STEP_NAMES.map((step) => [STEPS[step].words, ...faults.map((fault) => cellFor(step, fault))]),
  );

const KILL_HELPS: Record<KillEnd['helps'], string> = {
  nothing: 'goes on',
  again: 'call again',
  login: 'sign in',
  'second login': 'sign in twice: the first says so',
};

const killed = ({ rests, says, helps, lost }: KillEnd) =>
  `\`${rests}\`${says ? ` \`${says}\`` : ''}, ${KILL_HELPS[helps]}${marksOf(lost)}`;

/** The tables of `docs/faults.md`, by marker name. */
export const FAULT_TABLES: Record<string, () => string> = {
  ...Object.fromEntries(GROUPS.map(({ name, faults }) => [`faults-${name}`, () => groupTable(faults)])),
  'faults-killed': () =>
    table(
      ['Step', 'before TMDB did it', 'after TMDB did it'],
      STEP_NAMES.map((step) => [STEPS[step].words, killed(KILLED[step].before), killed(KILLED[step].after)]),
    ),
};
