import { useRef, useState } from 'react';
import { codeOf } from '../texts/code-of.ts';
import { FAILURES } from '../texts/failures.ts';

/** How the last thing the user did went, in words. */
export interface Outcome {
  kind: 'done' | 'problem';
  text: string;
}

/** Runs one thing at a time and says how it went. `run` resolves to null if it failed or another one runs. */
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
