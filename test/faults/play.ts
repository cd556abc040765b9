import { type FaultName, troubleOf } from './faults.ts';
import { hasWaited, isRemembered, judgeEnd, keepsToken, orphansOf } from './judge.ts';
import { Stage } from './stage.ts';
import { type Step, type StepName, stepOf } from './steps.ts';

/** The remedy, once TMDB and the storage work again. */
export type Helps =
  /** Nothing is needed. */
  | 'nothing'
  /** `retry()`. */
  | 'retry'
  /** Any call writes what could not be written. */
  | 'any call'
  /** The same call again. */
  | 'again'
  /** A new sign-in. */
  | 'login';

/** The results of one cell. */
export interface Played {
  rests: string;
  failure: string | null;
  canRetry: boolean;
  requests: number;
  /** The orphans at TMDB. */
  orphans: { sessions: number; accessTokens: number; guests: number };
  /** The state after the remedy. */
  ends: string;
  /** Whether a new client on the same storage finds the same. */
  isRemembered: boolean;
  /** Violations of what holds for every fault. */
  wrong: string[];
  total: number;
}

export interface Cell {
  step: StepName;
  fault: FaultName;
  lasts: boolean;
}

/** Brings a client to the step, adds the fault and makes the call. */
export async function setOut({ step: name, fault, lasts }: Cell) {
  const step: Step = stepOf(name);
  const trouble = troubleOf(fault);
  const stage = await Stage.open(step);
  try {
    if (step.before[0] === undefined) await stage.act('begin');
    for (const each of step.before) await stage.act(each);
    const from = stage.tmdb.requests.length;
    stage.lay(trouble, step, lasts);
    const outcome = stage.begin(step.call);
    if (trouble.at === 'clock') {
      await stage.untilHeld();
      stage.jump(trouble.by);
    }
    return { step, trouble, stage, from, outcome };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** Waits until the call has ended and the machine has settled, or a sign-in waits for the user. */
async function restsAfter(stage: Stage, step: Step, outcome: { isOver: boolean }): Promise<void> {
  const waitsForUser = () => step.goal.startsWith('awaitingApproval') && stage.view.state === step.goal;
  // A timer that is due now has still to fire.
  await stage.until(
    () => (waitsForUser() || (outcome.isOver && stage.isSettled)) && stage.clock.untilNext() !== 0,
    () => 'the step to end',
  );
}

async function approve(stage: Stage): Promise<void> {
  await stage.act('approve');
  if (!stage.polls) await stage.call('comeBack');
  await stage.rest();
}

/** Completes a sign-in, from its beginning or its present state. */
export async function signIn(stage: Stage): Promise<void> {
  const login = stage.begin('login');
  await stage.until(
    () => login.isOver || stage.view.state === 'awaitingApproval.waiting',
    () => 'a page to approve on',
  );
  if (!login.isOver) await approve(stage);
  await stage.rest();
}

async function goOn(stage: Stage, step: Step, helps: Helps): Promise<void> {
  if (helps === 'login') await signIn(stage);
  if (helps === 'any call') await stage.call('cancel');
  if (helps === 'retry') await restsAfter(stage, step, stage.begin('retry'));
  if (helps === 'again') await restsAfter(stage, step, stage.begin(step.call));
  if (stage.view.state === 'awaitingApproval.waiting') await approve(stage);
}

/** Plays one cell to its end. */
export async function play(cell: Cell, helps: Helps): Promise<Played> {
  const { step, trouble, stage, from, outcome } = await setOut(cell);
  const wrong: string[] = [];
  try {
    const wasUser = stage.view.status === 'user';
    if (trouble.at === 'clock') stage.letGo();
    await restsAfter(stage, step, outcome);
    const { state, status, failure, can } = stage.view;
    const requests = stage.tmdb.requests.length - from;
    if (outcome.code && failure && outcome.code !== failure.code)
      wrong.push(`the call says ${outcome.code}, the view ${failure.code}`);
    if (wasUser && status !== 'user' && step.call !== 'logout') wrong.push('a fault signed the user out');
    if (stage.isSettled && !can.retry && keepsToken(stage)) wrong.push('a token is kept that nobody can use');
    if (cell.fault === 'wait' && !hasWaited(stage, from))
      wrong.push('TMDB was asked again before it wanted to be');

    if (!(trouble.at === 'storage' && cell.lasts)) stage.heal();
    await goOn(stage, step, helps);
    await stage.rest();
    const ends = stage.view.state;
    const orphans = orphansOf(stage);
    const isFound = await isRemembered(stage);
    wrong.push(...(await judgeEnd(stage)));
    const total = stage.tmdb.requests.length;
    return {
      rests: state,
      failure: outcome.code ?? failure?.code ?? null,
      canRetry: can.retry,
      requests,
      orphans,
      ends,
      isRemembered: isFound,
      wrong,
      total,
    };
  } finally {
    await stage.close();
  }
}
