import { inspect } from 'node:util';
import type { ApiVersion } from '../../machines/index.ts';
import { type AuthView, type CarryOver, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { parseRecord } from '../../src/record/session-record.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { mayBeAdopted, mayFollow } from './reference.ts';
import { type Evidence, judge } from './rules.ts';

export interface Witness {
  /**
   * Wraps a `fetch` and records requests as sent and answers as received; answers to cancelled requests are
   * ignored.
   */
  fetch(send: typeof globalThis.fetch): typeof globalThis.fetch;
  /** Records all that this client shows from now on; other clients may use the same storage. */
  watch(auth: TmdbAuth, options?: { sharesStorage?: boolean }): void;
  see(thing: unknown): void;
  /** The app had this secret before, so it may stay at TMDB. */
  handOver(name: 'session_id' | 'access_token', secret: string): void;
  /** Records how this ends. Never rejects. */
  end(work: Promise<unknown>): Promise<void>;
  /** Throws if a rule was broken; `text` is the stored record. */
  judge(end: { views: AuthView[]; text: string | null; cancelled?: Evidence['cancelled'] }): void;
}

const SECRET = /"(request_token|session_id|guest_session_id|access_token)":"([^"]+)"/g;

/** Records all communication between clients and this TMDB, and judges it by the rules. */
export function createWitness(tmdb: Sandbox): Witness {
  const secrets = new Set([tmdb.accessToken, tmdb.apiKey, 'sandbox-password']);
  const seen = new Set<string>();
  const strayMoves: string[] = [];
  const strayFacts: string[] = [];
  const strayCarryOvers: string[] = [];
  const strayErrors: unknown[] = [];
  /** Sessions and access tokens that arrived here, and deletions that TMDB did not confirm. */
  const received = { session_id: 0, access_token: 0 };
  const handedOver = { session_id: 0, access_token: 0 };
  const deletionsLost = { session_id: 0, access_token: 0 };
  /** v4 sessions that arrived. By password, a v4 client also makes one from a v3 token. */
  let converted = 0;
  /** v4 sessions that TMDB may have made, but for which no answer arrived. */
  let conversionsLost = 0;

  const see = (thing: unknown) =>
    void seen.add(typeof thing === 'string' ? thing : inspect(thing, { depth: 12 }));

  /** Records the secrets in an answer. */
  const note = (path: string, text: string) => {
    for (const [, name, secret] of text.matchAll(SECRET)) {
      if (secret) secrets.add(secret);
      if (name === 'session_id' || name === 'access_token') received[name] += 1;
      if (name === 'session_id' && path.endsWith('/convert/4')) converted += 1;
    }
  };

  const used = (version: ApiVersion) =>
    tmdb.tokens().filter((token) => token.version === version && token.state === 'used').length;

  return {
    see,
    handOver(name, secret) {
      secrets.add(secret);
      handedOver[name] += 1;
    },
    fetch: (send) => async (input, init) => {
      const path = new URL(String(input)).pathname;
      let text = '';
      try {
        const response = await send(input, init);
        text = await response.clone().text();
        note(path, text);
        return response;
      } finally {
        const isClear = /"session_id":"[^"]+"|"status_code":\d/.test(text);
        // Garbage that claims success cannot be told apart from TMDB's own answer.
        const isSaid = text.includes('"success":true') && !text.includes('"expires_at":"soon"');
        const isDeleted = isSaid || /"status_code":(3|6|33|35|37)\b/.test(text);
        if (path.endsWith('/convert/4') && !isClear) conversionsLost += 1;
        if (init?.method === 'DELETE' && !isDeleted) {
          deletionsLost[path.startsWith('/4/') ? 'access_token' : 'session_id'] += 1;
        }
      }
    },
    watch(auth, { sharesStorage = false } = {}) {
      let state = '-';
      let carried: CarryOver | null = null;
      const look = (view: AuthView) => {
        const isAdopted = sharesStorage && mayBeAdopted(state, view.state);
        if (!isAdopted && !mayFollow(state, view.state))
          strayMoves.push(`${state} was followed by ${view.state}`);
        state = view.state;
        see(view);
        strayCarryOvers.push(...strayIn(view, carried));
        carried = view.state === 'sessionActive.carryingOver' ? view.carryOver : null;
      };
      auth.actor.system.inspect((event) => {
        if ('event' in event) see(event.event);
        // As JSON: a live snapshot leads to the whole machine. Errors are part of the events above.
        if ('snapshot' in event) see(JSON.stringify(event.snapshot));
      });
      auth.actor.subscribe((snapshot) => {
        const isKnown = snapshot.context.facts.session !== null;
        if (isKnown !== snapshot.matches('sessionActive')) strayFacts.push(JSON.stringify(snapshot.value));
      });
      look(auth.getView());
      auth.subscribe(look);
    },
    end: (work) =>
      work.then(see, (error: unknown) => {
        see(error);
        see(JSON.stringify(error));
        if (!TmdbAuthError.is(error)) strayErrors.push(error);
      }),
    judge({ views, text, cancelled = null }) {
      const hits = [...secrets].flatMap((secret) => [...seen].find((each) => each.includes(secret)) ?? []);
      judge({
        strayMoves,
        strayFacts,
        strayCarryOvers,
        strayErrors,
        leaks: hits.map((leak) => leak.slice(0, 500)),
        views,
        record: text === null ? null : (parseRecord(text) ?? 'unreadable'),
        cancelled,
        sessions: {
          alive: tmdb.sessions().length,
          lost:
            used(3) -
            (received.session_id - converted) +
            conversionsLost +
            deletionsLost.session_id +
            handedOver.session_id,
        },
        accessTokens: {
          alive: tmdb.accessTokens().length,
          lost: used(4) - received.access_token + deletionsLost.access_token + handedOver.access_token,
        },
        requests: tmdb.tokens().length,
      });
    },
  };
}

/** During a carry-over the numbers only grow and never exceed the total. */
function strayIn({ carryOver }: AuthView, before: CarryOver | null): string[] {
  if (!carryOver) return [];
  const count = ({ carried, kept, failed }: CarryOver) => carried + kept + failed.length;
  const isNew = !before || carryOver.total === null || before.total === null;
  return [
    ...(count(carryOver) > (carryOver.total ?? 0) ? ['a carry-over exceeded its total'] : []),
    ...(!isNew && count(carryOver) < count(before) ? ['a carry-over went backwards'] : []),
  ];
}
