import type { Edit } from '../support/weaken.ts';

export interface Bug {
  name: string;
  edits: readonly Edit[];
}

const TRANSITIONS = 'machines/auth.transitions.ts';

/** Bugs that sign-ins have had, and that no mutator of Stryker makes. */
export const BUGS: readonly Bug[] = [
  {
    name: 'a secret in an event: the session id is among the facts',
    edits: [
      [
        'src/actors/exchange-token.ts',
        'return { session: newFacts(direct), access: null };',
        'return { session: Object.assign(newFacts(direct), { id: secret }), access: null };',
      ],
    ],
  },
  {
    name: 'a session that is dropped on 503',
    edits: [
      [
        TRANSITIONS,
        "onError: [...sessionGone, outlive('accountRequested')],",
        "onError: [...sessionGone, ...backAfter('unavailable', 'failed', 'dropSession'), outlive('accountRequested')],",
      ],
    ],
  },
  {
    name: 'a listener that is re-entered: who subscribes in a listener is called for the same change',
    edits: [
      ['src/views.ts', 'for (const listener of [...listeners]) {', 'for (const listener of listeners) {'],
    ],
  },
];
