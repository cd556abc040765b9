import type { Edit } from '../support/weaken.ts';

export interface Bug {
  name: string;
  edits: readonly Edit[];
}

const MACHINE = 'machines/auth.machine.ts';
const TRANSITIONS = 'machines/auth.transitions.ts';

/** The kinds of bug that sign-ins usually have, one of each. */
export const BUGS: readonly Bug[] = [
  {
    name: 'a wrong guard: every guest is taken for one with a password',
    edits: [[MACHINE, "{ guard: 'hasPassword', target", "{ guard: 'hasGuest', target"]],
  },
  {
    name: 'a timer that is lost: nobody ends the wait for a guest session',
    edits: [
      [
        MACHINE,
        "          after: { requestTimeout: back('failed', because('timeout', 'guestRequested')) },\n",
        '',
      ],
    ],
  },
  {
    name: 'a token that is used twice: nobody waits for who exchanges it already',
    edits: [
      [
        'src/record/keeper.ts',
        "age < settings.requestTimeout * 0.6) return 'busy';",
        "age < 0) return 'busy';",
      ],
    ],
  },
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
    name: 'a session that is kept after 401/3',
    edits: [
      [
        TRANSITIONS,
        "onError: [...sessionGone, outlive('accountRequested')],",
        "onError: [outlive('accountRequested')],",
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
    edits: [
      [
        'src/client/views.ts',
        'for (const listener of [...listeners]) {',
        'for (const listener of listeners) {',
      ],
    ],
  },
  {
    name: 'an expiry that is off by an hour: the end of a guest session is read as local time, in winter',
    edits: [
      [
        'src/tmdb/parse.ts',
        '(parseExpiresAt(body.expires_at) ?? Number.NaN) -',
        '3_600_000 + (parseExpiresAt(body.expires_at) ?? Number.NaN) -',
      ],
    ],
  },
  {
    name: 'a timer that leaks: a request that was answered goes on counting',
    edits: [
      [
        'src/record/store.ts',
        '        .finally(() => clock.clearTimeout(timer));',
        '        .finally(() => {});',
      ],
    ],
  },
];
