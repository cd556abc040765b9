import type { Edit } from '../support/weaken.ts';

export interface Bug {
  name: string;
  edits: readonly Edit[];
}

const TRANSITIONS = 'machines/auth.transitions.ts';

/** Bugs that sign-ins have had, and that Stryker does not make: no mutator does, or the file is not mutated. */
export const BUGS: readonly Bug[] = [
  {
    name: 'a secret in an event: the session id is among the facts',
    edits: [
      [
        'src/direct/exchange-token.ts',
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
        "onError: [...sessionGone, backToReady('accountRequested')],",
        "onError: [...sessionGone, ...backAfter('unavailable', 'failed', 'dropSession'), backToReady('accountRequested')],",
      ],
    ],
  },
  {
    name: 'a foreign token that is accepted',
    edits: [
      [
        'src/client/create-client.ts',
        "      if (!sameSecret(requestToken, pending)) throw new TmdbAuthError('callback_mismatch');\n",
        '',
      ],
    ],
  },
  {
    name: 'a listener that is re-entered: who subscribes in a listener is called for the same change',
    edits: [['src/client/views.ts', 'listeners = [...listeners, entry];', 'listeners.push(entry);']],
  },
  {
    name: 'a guest who is lost by one answer: no second question confirms it',
    edits: [
      [
        'src/tmdb/auth-fetch.ts',
        'else if (rating && (await isGuestGone()) && isOurs())',
        'else if (isOurs())',
      ],
    ],
  },
  {
    name: 'a rated list that is late is taken for an empty one',
    edits: [['src/direct/guest-lists.ts', 'const PATIENCE = 30_000;', 'const PATIENCE = 0;']],
  },
  {
    name: 'a rating is sent again, though only its answer was lost',
    edits: [['src/direct/carry-over-ratings.ts', '(await ask(sendIt, done))', '(await ask(sendIt))']],
  },
  {
    name: 'ratings that two clients remember: the later writer forgets those of the other',
    edits: [['src/record/decide.ts', 'asBothKnow(guest, other)', 'facts.guest']],
  },
];
