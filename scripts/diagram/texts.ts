import { STATE_TEXTS, type StateText } from '../../src/tools/devtools/texts.ts';
import type { Chart } from './graph.ts';

/** Texts for the params of guards, where they say more than the guard's name. */
export const GUARD_DETAILS: Record<string, (params: unknown) => string> = {
  leadsTo: (params) => (params as { place: string }).place,
  endsBy: (params) => {
    const { code, asGuest } = params as { code: string; asGuest: boolean };
    return asGuest ? `${code} as guest` : code;
  },
  failedAt: (params) => params as string,
};

/** Errors that are the normal course, by their moves: drawn in grey with these words, as red would alarm the reader. */
export const NORMAL_ERRORS: Record<string, string> = {
  'awaitingApproval.checking|error:error|awaitingApproval.waiting': 'not approved yet',
};

/** Throws unless states and texts match one to one. */
export function assertTexts({ states }: Chart, texts: Record<string, StateText> = STATE_TEXTS): void {
  const paths = new Set(states.map(({ path }) => path));
  const missing = [...paths].filter((path) => !Object.hasOwn(texts, path));
  const surplus = Object.keys(texts).filter((path) => !paths.has(path));
  const wrong = [
    ...missing.map((path) => `no text for the state '${path}'`),
    ...surplus.map((path) => `a text for '${path}', which is not a state`),
  ];
  if (wrong.length > 0) throw new Error(`src/tools/devtools/texts.ts has ${wrong.join('; ')}.`);
}
