import type { Sandbox } from '../../../src/tools/sandbox/index.ts';

export type Answer = Record<string, unknown>;

/** A method of a client, with any parameters. */
export type Method = (...given: unknown[]) => Promise<Answer>;

export interface Client {
  /** The name of its package. */
  name: string;
  play(world: Play): Promise<void>;
}

export interface Play extends Diary {
  tmdb: Sandbox;
  /** The folder of the installed package. */
  folder: string;
}

interface Diary {
  /** Expects a call that works at TMDB to work here. */
  does<T>(call: string, work: () => Promise<T>): Promise<T>;
  /** Notes something else that this client cannot do at TMDB, for the output. */
  lacks(words: string): void;
  /** Expects a call that fails at TMDB to fail here, with the same status. */
  fails(call: string, status: number, why: string, work: () => Promise<unknown>): Promise<void>;
}

export function createDiary(client: string): Diary & { calls(): number; remarks: string[] } {
  let calls = 0;
  const remarks: string[] = [];
  return {
    calls: () => calls,
    remarks,
    lacks: (words) => void remarks.push(words),
    async does(call, work) {
      calls += 1;
      return work().catch((error: unknown) => {
        throw new Error(`${client}: ${call} ended with ${statusOf(error)}`, { cause: error });
      });
    },
    async fails(call, status, why, work) {
      calls += 1;
      const end = await work().then(() => 'success', statusOf);
      if (end !== status) throw new Error(`${client}: ${call} ended with ${end}, not ${status}`);
      remarks.push(`${call} fails with ${status}: ${why}`);
    },
  };
}

/** The HTTP status, wherever a client puts it into its errors; otherwise the error as text. */
function statusOf(error: unknown): number | string {
  const { response, http_status_code, status, errorCode } = error as {
    response?: { status?: number; statusCode?: number };
    http_status_code?: number;
    status?: number;
    errorCode?: number;
  };
  const found = response?.status ?? response?.statusCode ?? http_status_code ?? status ?? errorCode;
  return found ?? String(error);
}

/** Expects that a client's calls left this data at TMDB. */
export function expectKept(name: string, kept: unknown, wanted: unknown): void {
  const [seen, right] = [JSON.stringify(kept), JSON.stringify(wanted)];
  if (seen !== right) throw new Error(`${name} left ${seen} at TMDB, not ${right}.`);
}
