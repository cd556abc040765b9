import type { TestContext } from 'vitest';
import type { AdoptOptions, AuthView } from '../../src/index.ts';
import { linesOf, type Running, type Stage, startSource, until } from '../node/processes.ts';
import { tokenIn } from '../support/approval.ts';
import type { CallName } from './calls.ts';
import type { Step } from './steps.ts';

/** A line of `child.ts`. */
export interface Said {
  view?: AuthView;
  approvalUrl?: string | null;
  done?: CallName;
  code?: string | null;
}

const AT_REST = /^(idle|guestActive|sessionActive\.ready|awaitingApproval\.waiting)/;

export interface Child extends Running {
  tell(name: CallName): void;
  said(): Said[];
  /** The view once it has settled, or waits for the user. */
  rests(): Promise<AuthView>;
  /** Makes a call and waits for its end. Resolves to its code, or null. */
  ends(name: CallName): Promise<string | null>;
  /** The token that waits for approval. */
  token(): Promise<string>;
  /** Completes a sign-in, from its beginning or its present state. Resolves to its code, or null. */
  signsIn(): Promise<string | null>;
}

/** Starts `child.ts` on this stage’s folder. Requests time out after 4 s. */
export function startChild(
  context: TestContext,
  { tmdb, settings }: Stage,
  { apiVersion, polls, kept }: Step & { kept?: AdoptOptions | null },
): Child {
  const CHILD = JSON.stringify({ ...settings, apiVersion, ...(polls && { pollInterval: 50 }), kept });
  const running = startSource(context, 'test/faults/child.ts', [], { CHILD });
  const said = () => linesOf<Said>(running);
  const last = () => said().findLast(({ view }) => view);
  const soFar = () => `; is ${last()?.view?.state} ${running.stderr()}`;
  const tell = (name: CallName) => running.type(`${name}\n`);
  const endsOf = (name: CallName) => said().filter(({ done }) => done === name);
  const pending = () => last()?.view?.state === 'awaitingApproval.waiting' && tokenIn(last()?.approvalUrl);

  const endOf = async (name: CallName, isOver: () => boolean) => {
    await until(isOver, () => `the end of ${name}${soFar()}`);
    return endsOf(name).at(-1)?.code ?? null;
  };
  return {
    ...running,
    said,
    tell,
    async rests() {
      await until(
        () => AT_REST.test(last()?.view?.state ?? ''),
        () => `a rest${soFar()}`,
      );
      return last()?.view as AuthView;
    },
    ends(name) {
      const before = endsOf(name).length;
      tell(name);
      return endOf(name, () => endsOf(name).length > before);
    },
    async token() {
      await until(
        () => pending(),
        () => `a page to approve on${soFar()}`,
      );
      return pending() || '';
    },
    signsIn() {
      const before = endsOf('login').length;
      const shown = new Set<string>();
      tell('login');
      return endOf('login', () => {
        const token = pending();
        const isOpen = tmdb.tokens().at(-1)?.state === 'pending';
        if (token && isOpen && !shown.has(token)) {
          shown.add(token);
          tmdb.approve(token);
          if (!polls) tell('comeBack');
        }
        return endsOf('login').length > before;
      });
    },
  };
}
