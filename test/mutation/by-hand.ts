import type { Edit } from '../support/weaken.ts';

export interface Bug {
  name: string;
  edits: readonly Edit[];
}

const TRANSITIONS = 'machines/auth.transitions.ts';

/**
 * Bugs that earlier sign-ins had and that Stryker does not make: it has no mutator for them, or skips the
 * file.
 */
export const BUGS: readonly Bug[] = [
  {
    name: 'an event carries the session id among the facts',
    edits: [
      [
        'src/direct/exchange-token.ts',
        'return { session: newFacts(direct), access: null };',
        'return { session: Object.assign(newFacts(direct), { id: secret }), access: null };',
      ],
    ],
  },
  {
    name: 'a session is dropped on 503',
    edits: [
      [
        TRANSITIONS,
        "onError: [...sessionGone, backToReady('accountRequested')],",
        "onError: [...sessionGone, ...backAfter('unavailable', 'failed', 'dropSession'), backToReady('accountRequested')],",
      ],
    ],
  },
  {
    name: 'another client’s token is accepted',
    edits: [
      [
        'src/client/create-client.ts',
        "      if (!sameSecret(requestToken, pending)) throw new TmdbAuthError('callback_mismatch');\n",
        '',
      ],
    ],
  },
  {
    name: 'a listener that subscribes in a listener is called for the same change',
    edits: [['src/client/views.ts', 'listeners = [...listeners, entry];', 'listeners.push(entry);']],
  },
  {
    name: 'a guest is lost by one answer that no second request confirms',
    edits: [
      [
        'src/tmdb/auth-fetch.ts',
        'else if (rating && (await isGuestGone()) && isOurs())',
        'else if (isOurs())',
      ],
    ],
  },
  {
    name: 'a late rated list counts as an empty one',
    edits: [['src/direct/guest-lists.ts', 'const LIST_TIMEOUT = 30_000;', 'const LIST_TIMEOUT = 0;']],
  },
  {
    name: 'a rating is sent again although only its answer was lost',
    edits: [['src/direct/carry-over-ratings.ts', '(await ask(sendIt, done))', '(await ask(sendIt))']],
  },
  {
    name: 'a client that writes its ratings forgets those of another client',
    edits: [['src/record/decide.ts', 'asBothKnow(guest, other)', 'facts.guest']],
  },
];
