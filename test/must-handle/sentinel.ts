import { inspect } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import { runningMachine } from '../../src/client/running-machine.ts';
import { createTmdbAuth, type TmdbAuth, type TmdbAuthOptions } from '../../src/index.ts';
import { settingsFor } from '../support/settings.ts';
import type { World } from '../support/world.ts';

/** A password that stays recognizable in a query and in JSON. */
export const PASSWORD = 'Ein&Geheimnis?42';
/** An app's own address may be private, too. */
export const BACK_TO = 'http://app.test/private-callback';

export interface Watched {
  auth: TmdbAuth;
  /** Adds a secret that the app has from elsewhere. Returns it. */
  knows(name: string, secret: string): string;
  /** Adds a value that the app could see. */
  see(what: unknown): void;
  /** Adds the outcome of a promise. */
  watch(promise: Promise<unknown>): Promise<void>;
  /**
   * The secrets that were found, each with its place, and how much was searched, so that an empty search
   * fails.
   */
  search(): { leaks: string[]; secrets: number; characters: number };
}

const json = (what: unknown) => {
  try {
    return JSON.stringify(what) ?? '';
  } catch {
    return '';
  }
};

/** Everything reachable from here, through private TypeScript fields, maps, sets, symbols and promises. */
function* reachedFrom(root: unknown, isKnown: (what: object) => boolean): Generator<string | object> {
  const known = new Set<object>();
  const todo: unknown[] = [root];
  while (todo.length > 0) {
    const what = todo.pop();
    if (typeof what === 'string') yield what;
    if ((typeof what !== 'object' && typeof what !== 'function') || what === null) continue;
    if (known.has(what) || isKnown(what)) continue;
    known.add(what);
    yield what;
    if (what instanceof Map) todo.push(...what.keys(), ...what.values());
    if (what instanceof Set) todo.push(...what);
    if (what instanceof URL || what instanceof URLSearchParams) yield String(what);
    if (what instanceof Headers) todo.push(...[...what].flat());
    if (what instanceof Promise) yield inspect(what, { depth: 4 });
    for (const key of Reflect.ownKeys(what)) {
      if (typeof key === 'string') yield key;
      todo.push(Object.getOwnPropertyDescriptor(what, key)?.value);
    }
  }
}

/** The machine's own definition existed before any secret, is the same for all clients, and is big. */
const definition = new Set(reachedFrom(runningMachine, () => false));

/** Every text reachable from here, once. */
const textsIn = (root: unknown) =>
  new Set([...reachedFrom(root, (what) => definition.has(what))].filter((what) => typeof what === 'string'));

/** The text that a log or an error tracker would keep. */
const dataOf = (what: unknown) => [json(what), ...textsIn(what)].join('\n');

/** The text that a log, an error tracker, a console or a debugger would show. */
const faceOf = (what: unknown) =>
  [String(what instanceof Error ? what.stack : ''), inspect(what, { depth: 3 }), dataOf(what)].join('\n');

/** A client that records everything it shows: inspector, views, snapshots, errors, warnings, the console. */
export function watchedClient(world: World, options: Partial<TmdbAuthOptions> = {}): Watched {
  const seen: { where: string; text: string }[] = [];
  const secrets = new Map<string, string>([
    ['access token', world.tmdb.accessToken],
    ['API key', world.tmdb.apiKey],
    ['password', PASSWORD],
    ['encoded password', encodeURIComponent(PASSWORD)],
    ['return address', BACK_TO],
    ['encoded return address', encodeURIComponent(BACK_TO)],
  ]);
  const note = (where: string, what: unknown, textOf = faceOf) =>
    void seen.push({ where, text: typeof what === 'string' ? what : textOf(what) });

  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...what) => note(`console.${method}`, what));
    onTestFinished(() => spy.mockRestore());
  }
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((what) => {
      note('process output', String(what));
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }

  /** Learns the real secrets from the real answers. */
  const learning: typeof globalThis.fetch = async (input, init) => {
    const response = await world.tmdb.fetch(input, init);
    const text = await response.clone().text();
    for (const [, name = '', secret = ''] of text.matchAll(
      /"(\w+_token|session_id|guest_session_id)":"([\w.-]+)"/g,
    ))
      secrets.set(`${name} ${secrets.size}`, secret);
    return response;
  };

  const auth = createTmdbAuth({
    ...settingsFor(world.tmdb),
    storage: world.storage,
    clock: world.clock,
    fetch: learning,
    ...options,
  });
  onTestFinished(() => auth.dispose());
  // Hundreds of events in each flow, all plain data. The actor, which holds all of them, is searched at the
  // end.
  auth.actor.system.inspect((event) => note(`inspector ${event.type}`, event, dataOf));
  auth.actor.subscribe((snapshot) => note('snapshot', snapshot, dataOf));
  auth.subscribe((view) => note('view', view, dataOf));

  return {
    auth,
    knows(name, secret) {
      secrets.set(`${name} ${secrets.size}`, secret);
      return secret;
    },
    see: (what) => note('seen by the app', what),
    watch: (promise) =>
      promise.then(
        (value) => note('result', value),
        (error: unknown) => note('error', error),
      ),
    search() {
      note('actor', auth.actor);
      note('persisted snapshot', auth.actor.getPersistedSnapshot());
      note('methods', Object.entries(Object.getOwnPropertyDescriptors(auth)));
      const leaks = seen.flatMap(({ where, text }) =>
        [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => `${name} in ${where}`),
      );
      return {
        leaks: [...new Set(leaks)],
        secrets: secrets.size,
        characters: seen.reduce((sum, { text }) => sum + text.length, 0),
      };
    },
  };
}
