import { useRef, useState } from 'react';
import { codeOf } from '../texts/code-of.ts';
import { FAILURES } from '../texts/failures.ts';

/** The result of the user's last action, in words. */
export interface Outcome {
  kind: 'done' | 'problem';
  text: string;
}

/**
 * Runs one action at a time and reports its outcome. `run` resolves to null if the action failed or another one is
 * running.
 */
export function useAction() {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const runs = useRef(false);

  const run = async <Result>(action: () => Promise<Result>, done: string): Promise<Result | null> => {
    if (runs.current) return null;
    runs.current = true;
    setIsBusy(true);
    setOutcome(null);
    try {
      const result = await action();
      setOutcome({ kind: 'done', text: done });
      return result;
    } catch (error) {
      setOutcome({ kind: 'problem', text: FAILURES[codeOf(error)] });
      return null;
    } finally {
      runs.current = false;
      setIsBusy(false);
    }
  };

  return { run, outcome, isBusy };
}
