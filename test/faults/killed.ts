import type { TestContext } from 'vitest';
import { createStage, type Stage, until } from '../node/processes.ts';
import { type Child, startChild } from './children.ts';
import { KILLED, type KillEnd } from './killed.matrix.ts';
import { keptFor, type Step, type StepName, stepOf } from './steps.ts';

/** Brings a process to the step. The user approves last, so that the fault is in place before the first poll. */
async function comesTo(child: Child, stage: Stage, step: Step): Promise<() => void> {
  await child.rests();
  let approve = () => {};
  for (const [at, each] of step.before.entries()) {
    if (each === 'login') child.tell('login');
    else if (each === 'approve') {
      const token = await child.token();
      await stage.isKept(({ facts }) => facts.token !== null);
      approve = () => stage.tmdb.approve(token);
      if (at < step.before.length - 1) approve();
    } else if (each !== 'restart') await child.ends(each);
  }
  return step.before.at(-1) === 'approve' ? approve : () => {};
}

/** The fact that is stored before this request: a kill before that would belong to the step before. */
const KEPT: Record<string, 'token' | 'access' | 'session'> = {
  'POST /3/authentication/token/validate_with_login': 'token',
  'POST /3/authentication/session/convert/4': 'access',
  'GET /3/account': 'session',
};
/** An adoption stores nothing before its end. */
const keptIn = ({ request, call }: Step) => (call === 'adopt' ? undefined : KEPT[request ?? '']);

/** Kills a process during the request of this step, before or after TMDB handled it. */
async function killIn(child: Child, stage: Stage, step: Step, when: 'before' | 'after'): Promise<void> {
  const { tmdb } = stage;
  const { request, call, polls } = step;
  const approve = await comesTo(child, stage, step);
  if (request !== null) {
    const before = tmdb.requests.length;
    approve();
    tmdb.faults.add({ kind: 'hang', match: request, when });
    if (!polls) child.tell(call);
    const asked = () => tmdb.requests.slice(before);
    await until(
      () => asked().some(({ method, path, status }) => `${method} ${path}` === request && status === 0),
      () => request,
    );
    // Parallel requests are answered, and the record that belongs to the step is written.
    await until(
      () => tmdb.requests.filter(({ status }) => status === 0).length === 1,
      () => 'the other answers',
    );
    const isKept = keptIn(step);
    if (isKept) await stage.isKept(({ facts }) => Boolean(facts[isKept]));
  }
  await child.kill();
  tmdb.faults.clear();
}

/** Plays the next process. */
export async function playKilled(
  context: TestContext,
  name: StepName,
  when: 'before' | 'after',
): Promise<KillEnd> {
  const { helps } = KILLED[name][when];
  const stage = await createStage(context);
  const step = { ...stepOf(name), kept: keptFor(stepOf(name), stage.tmdb) };
  await killIn(startChild(context, stage, step), stage, step, when);
  // It polls only when told to: its own first poll comes at a random time.
  const calm = { ...step, polls: false };
  const next = startChild(context, stage, calm);
  if (step.request === null) {
    // It is killed as well, while it reads the record.
    await until(
      () => next.said().length > 0,
      () => 'its first word',
    );
    await next.kill();
    return judge(startChild(context, stage, calm), stage, step, helps);
  }
  return judge(next, stage, step, helps);
}

async function judge(next: Child, stage: Stage, step: Step, helps: KillEnd['helps']): Promise<KillEnd> {
  const { tmdb } = stage;
  const { state, failure } = await next.rests();
  let says: string | null = failure?.code ?? null;
  if (helps === 'again') says ??= await next.ends(step.call);
  if (helps === 'login' || helps === 'second login') {
    const first = await next.signsIn();
    says ??= first;
    if (helps === 'second login') await next.signsIn();
  }
  const end = await next.rests();
  // Resolves once everything is written.
  await next.ends('cancel');
  const held = [tmdb.sessions().length, tmdb.accessTokens().length] as const;
  const record = (await stage.files()).length > 0 ? await stage.record() : null;
  const lost = {
    sessions: held[0] - Number(Boolean(record?.facts.session)),
    accessTokens: held[1] - Number(Boolean(record?.facts.access)),
  };
  return { rests: state, says, helps, ends: end.state, lost };
}
