import type { ActorLogic, Snapshot } from 'xstate';

type DoneAtOnce<Output> = Snapshot<Output> & { status: 'done'; output: Output };

/** An actor that is done when it starts, so it cannot hang. */
export function immediately<Output>(output: Output): ActorLogic<DoneAtOnce<Output>, { type: string }> {
  const done = { status: 'done', output, error: undefined } as DoneAtOnce<Output>;
  return {
    transition: (snapshot) => snapshot,
    getInitialSnapshot: () => done,
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

/** Whether the actor is done when it starts. */
export const isImmediate = (logic: Partial<ActorLogic<Snapshot<unknown>, { type: string }>>): boolean => {
  if (logic.start) return false;
  try {
    return logic.getInitialSnapshot?.({} as never, undefined).status === 'done';
  } catch {
    return false;
  }
};
