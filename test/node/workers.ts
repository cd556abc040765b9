import type { TestContext } from 'vitest';
import type { AuthView, Failure } from '../../src/index.ts';
import { linesOf, type Running, type Stage, startSource, until } from './processes.ts';

/** A line of `worker.ts`. */
export interface Said extends Outcome {
  approvalUrl?: string;
  warning?: Failure;
  done?: string;
}

interface Outcome {
  view?: AuthView;
  failure?: Failure;
}

export interface Worker extends Running {
  said(): Said[];
  tell(command: string): void;
  view(): AuthView | undefined;
  /** Resolves when the view's state begins with this path. */
  reaches(state: string): Promise<void>;
  /** The next address it shows that it has not shown before. */
  approvalUrl(): Promise<string>;
  /** The outcome of the last call of this command. */
  outcome(command: string): Promise<Outcome>;
  /** The outcome, or nothing if the callback shows that there will be none. */
  outcomeUnless(command: string, isHopeless: () => boolean): Promise<Outcome>;
}

const inShort = ({ view, ...rest }: Said) =>
  `${view ? `${view.state} ${view.failure?.code ?? ''}` : ''} ${JSON.stringify(rest)}`;

/** Starts `worker.ts` on this stage’s folder. Requests time out after 4 s. */
export function startWorker(
  context: TestContext,
  stage: Stage,
  options: {
    apiVersion?: 4;
    poll?: boolean;
    pollInterval?: number;
    port?: number;
    requestTimeout?: number;
  } = {},
): Worker {
  const WORKER = JSON.stringify({ ...stage.settings, ...options });
  const running = startSource(context, 'test/node/worker.ts', [], { WORKER });
  let urlsSeen = 0;
  /** The number of lines before each command was last sent. */
  const told = new Map<string, number>();
  const said = () => linesOf<Said>(running);
  const view = () => said().findLast((line) => line.view)?.view;
  const soFar = () => said().slice(-20).map(inShort).join('\n') + running.stderr();
  const outcome = async (command: string, isHopeless: () => boolean): Promise<Outcome> => {
    const since = told.get(command) ?? 0;
    const found = () => said().find(({ done }, at) => done === command && at >= since);
    await until(
      () => found() || isHopeless(),
      () => `the end of ${command}; so far:\n${soFar()}`,
    );
    return found() ?? {};
  };
  return {
    ...running,
    said,
    view,
    tell(command) {
      told.set(command, said().length);
      running.type(`${command}\n`);
    },
    reaches: (state) =>
      until(
        () => view()?.state.startsWith(state),
        () => `${state}; so far:\n${soFar()}`,
      ),
    async approvalUrl() {
      const urls = () => said().flatMap(({ approvalUrl }) => approvalUrl ?? []);
      await until(
        () => urls().length > urlsSeen,
        () => `an approval URL; so far:\n${soFar()}`,
      );
      return urls()[urlsSeen++] ?? '';
    },
    outcome: (command) => outcome(command, () => false),
    outcomeUnless: outcome,
  };
}
