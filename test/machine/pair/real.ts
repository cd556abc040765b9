import { setTimeout as realPause } from 'node:timers/promises';
import { createTmdbAuth, memoryStorage, type StoragePort, type TmdbAuth } from '../../../src/index.ts';
import { parseRecord, type SessionRecord } from '../../../src/record/session-record.ts';
import { type Sandbox, startSandbox } from '../../../src/tools/sandbox/index.ts';
import { APP, callback } from '../../support/approval.ts';
import { createTestClock } from '../../support/clock.ts';
import { type Held, hold } from '../../support/held.ts';
import { keptSession } from '../../support/kept.ts';
import { settingsFor } from '../../support/settings.ts';
import type { Bounds, Name } from './world.ts';

const KEY = 'record';
const LABELS: Record<string, string> = {
  token: 'GET /3/authentication/token/new',
  exchange: 'POST /3/authentication/session/new',
  account: 'GET /3/account',
  deletion: 'DELETE /3/authentication/session',
  guest: 'GET /3/authentication/guest_session/new',
};

interface Part {
  auth: TmdbAuth;
  held: Held[];
  hears: boolean;
  /** Delivers a message to this client. */
  changed: () => void;
}

/** Two real clients on one storage and the sandbox. Every operation waits until the test releases it. */
export async function createPair({ adoptions }: Pick<Bounds, 'adoptions'>) {
  const clock = createTestClock();
  const tmdb = await startSandbox({ now: clock.now });
  const shared = memoryStorage();
  const kept = adoptions > 0 ? keptSession(tmdb) : '';
  const tokens: string[] = [];
  const parts = {} as Record<Name, Part>;
  let busy = 0;

  const create = (name: Name): Part => {
    const held: Held[] = [];
    let isInside = false;
    const storage: StoragePort = {
      async get(key) {
        if (!isInside) await hold(held, 'read');
        return shared.get(key);
      },
      set: shared.set,
      remove: shared.remove,
      async exclusively(_, job) {
        await hold(held, 'write');
        isInside = true;
        try {
          return await job();
        } finally {
          isInside = false;
        }
      },
    };
    const part: Part = { held, hears: false, changed: () => {} } as unknown as Part;
    part.auth = createTmdbAuth({
      ...settingsFor(tmdb),
      storage,
      storageKey: KEY,
      clock,
      onWarning: () => {},
      channel: {
        post() {
          parts[name === 'A' ? 'B' : 'A'].hears = true;
        },
        subscribe(changed) {
          part.changed = () => changed();
          return () => {};
        },
      },
      async fetch(input, init) {
        const label = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
        const what = Object.keys(LABELS).find((key) => LABELS[key] === label) ?? label;
        await hold(held, `${what} request`, init?.signal);
        busy += 1;
        const response = await tmdb.fetch(input, { ...init, signal: null }).finally(() => {
          busy -= 1;
        });
        const text = await response.text();
        const [, token] = /"request_token":"([^"]+)"/.exec(text) ?? [];
        if (token && what === 'token') tokens.push(token);
        await hold(held, `${what} answer`, init?.signal);
        return new Response(text, response);
      },
    });
    return part;
  };
  parts.A = create('A');
  parts.B = create('B');

  /** Resolves when everything that moves is held. */
  const quiet = async () => {
    for (let still = 0; still < 2; still = busy > 0 ? 0 : still + 1) await realPause(1);
  };
  const release = async (name: Name, what: string) => {
    const { held } = parts[name];
    for (let tries = 0; tries < 50 && !held.some((each) => each.label === what); tries += 1)
      await realPause(1);
    const at = held.findIndex((each) => each.label === what);
    if (at < 0)
      throw new Error(`${name} does not wait for ${what}, but for ${held.map((each) => each.label)}`);
    held.splice(at, 1)[0]?.go();
    await quiet();
  };
  const request = async (name: Name, what: string) => {
    await release(name, `${what} request`);
    await release(name, `${what} answer`);
  };
  const begin = async (work: Promise<unknown>) => {
    work.catch(() => {});
    await quiet();
  };

  /** Plays a move of the walk. Returns false for a move that the real parts cannot play. */
  const play = async (move: string): Promise<boolean> => {
    // Two tokens of the same moment would have equal facts.
    clock.advance(1);
    const [, who, job, saves] = /^([AB]) does (\w+)( and saves)?$/.exec(move) ?? [];
    if (who && job) await release(who as Name, /^(save|claim|leftClaim)/.test(job) ? 'write' : 'read');
    if (who && saves) await release(who as Name, 'write');
    const [, act, at] = /^([a-z. ]+) at ([AB])$/.exec(move) ?? [];
    if (act && at) await user(act, at as Name);
    const [, hearer] = /^([AB]) hears$/.exec(move) ?? [];
    if (hearer) {
      parts[hearer as Name].hears = false;
      parts[hearer as Name].changed();
      await quiet();
    }
    const [, done, token] = /^the user (approves|denies) (\d)$/.exec(move) ?? [];
    if (done) tmdb[done === 'approves' ? 'approve' : 'deny'](tokens[Number(token) - 1] ?? '');
    const [, asker, answer] = /^([AB]): (.*)$/.exec(move) ?? [];
    if (asker && answer && !(await tmdbSays(asker as Name, answer))) return false;
    return [who, act, hearer, done, asker].some((each) => each !== undefined);
  };

  const user = async (act: string, name: Name) => {
    const { auth } = parts[name];
    if (act === 'login') await begin(auth.login({ redirectTo: APP }));
    if (act === 'adopt') await begin(auth.adoptSession({ sessionId: kept }));
    if (act === 'guest') await begin(auth.loginAsGuest());
    if (act === 'login.cancel') await begin(auth.cancel());
    if (act === 'logout') await begin(auth.logout());
    if (act === 'retry') await begin(auth.retry());
    if (act === 'rate') auth.actor.send({ type: 'guest.used' });
    if (act === 'check') auth.actor.send({ type: 'approval.check' });
    const token = tokens.find((each) => auth.approvalUrl?.includes(each)) ?? tokens.at(-1) ?? 'none';
    if (act === 'return') await begin(auth.handleCallback(callback(token)));
    if (act === 'denied return') await begin(auth.handleCallback(callback(token, 'denied')));
    await quiet();
  };

  const tmdbSays = async (name: Name, answer: string): Promise<boolean> => {
    if (/^TMDB gives token/.test(answer)) {
      await request(name, 'token');
    } else if (/^TMDB makes a session/.test(answer)) await release(name, 'exchange request');
    else if (/^the session of \d arrives/.test(answer)) {
      await release(name, 'exchange answer');
      await quiet();
    } else if (/^TMDB refuses \d/.test(answer)) await request(name, 'exchange');
    else if (/^TMDB tells the account|^TMDB knows /.test(answer)) await request(name, 'account');
    else if (/^TMDB deletes/.test(answer)) await request(name, 'deletion');
    else if (/^TMDB gives a guest/.test(answer)) await request(name, 'guest');
    else return false;
    return true;
  };

  const known = ({ auth }: Part) => {
    const { facts } = auth.actor.getSnapshot().context;
    return {
      state: auth.getView().state,
      token: facts.token !== null,
      session: facts.session !== null,
      account: facts.account !== null,
      guest: facts.guest !== null,
    };
  };
  const stored = (): SessionRecord['facts'] | null =>
    parseRecord((shared.get(KEY) as string | null) ?? '')?.facts ?? null;

  return {
    play,
    /** The observable world, in the words of the model. */
    look: () => {
      const facts = stored();
      return {
        A: known(parts.A),
        B: known(parts.B),
        record: {
          token: !!facts?.token,
          claimed: !!facts?.exchanging,
          asking: facts?.exchanging?.asking ?? false,
          session: !!facts?.session,
          account: !!facts?.account,
          guest: !!facts?.guest,
        },
        hears: [parts.A.hears, parts.B.hears],
        sessions: (tmdb as Sandbox).sessions().length,
      };
    },
    /** Releases everything that waits, in order, until nothing is left. */
    async drain() {
      for (;;) {
        const name = (['A', 'B'] as const).find((each) => parts[each].hears || parts[each].held.length > 0);
        if (!name) return;
        if (parts[name].hears) await play(`${name} hears`);
        else {
          parts[name].held.shift()?.go();
          await quiet();
        }
      }
    },
    held: (name: Name) => parts[name].held.map(({ label }) => label),
    tokenOf: (id: number) => tokens[id - 1] ?? '',
    clientOf: (name: Name) => parts[name].auth,
    async close() {
      parts.A.auth.dispose();
      parts.B.auth.dispose();
      await tmdb.close();
    },
  };
}
