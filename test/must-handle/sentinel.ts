import { inspect } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import { runningMachine } from '../../src/client/running-machine.ts';
import { createTmdbAuth, type TmdbAuth, type TmdbAuthOptions } from '../../src/index.ts';
import { settingsFor } from '../support/settings.ts';
import type { World } from '../support/world.ts';

/** A password that would be seen, in a query as in JSON. */
export const PASSWORD = 'Ein&Geheimnis?42';
/** An app's own address may be private too. */
export const BACK_TO = 'http://app.test/private-callback';

export interface Watched {
  auth: TmdbAuth;
  /** Adds something that anybody could see. */
  see(what: unknown): void;
  /** Adds how a promise ends. */
  watch(promise: Promise<unknown>): Promise<void>;
  /** The secrets that were seen, each with where; and what was searched, so that a search of nothing fails. */
  search(): { leaks: string[]; secrets: number; characters: number };
}

const json = (what: unknown) => {
  try {
    return JSON.stringify(what) ?? '';
  } catch {
    return '';
  }
};

/** The machine's own definition: the same for everybody, and big. */
const isDefinition = (what: object) => what === runningMachine || what === runningMachine.root;

/** Every text that can be reached from here, through fields private to nobody, maps, sets, symbols and promises. */
function textsIn(root: unknown): string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  const todo: unknown[] = [root];
  while (todo.length > 0) {
    const what = todo.pop();
    if (typeof what === 'string') texts.push(what);
    if ((typeof what !== 'object' && typeof what !== 'function') || what === null) continue;
    if (known.has(what) || isDefinition(what)) continue;
    known.add(what);
    if (what instanceof Map) todo.push(...what.keys(), ...what.values());
    if (what instanceof Set) todo.push(...what);
    if (what instanceof URL || what instanceof URLSearchParams) texts.push(String(what));
    if (what instanceof Headers) todo.push(...[...what].flat());
    if (what instanceof Promise) texts.push(inspect(what, { depth: 4 }));
    for (const key of Reflect.ownKeys(what)) {
      const { value } = Object.getOwnPropertyDescriptor(what, key) ?? {};
      if (typeof key === 'string') texts.push(key);
      todo.push(value);
    }
  }
  return texts;
}

/** What a log, an error tracker or a debugger would show of it. */
const faceOf = (what: unknown) =>
  [
    String(what instanceof Error ? what.stack : ''),
    json(what),
    inspect(what, { depth: 3 }),
    ...textsIn(what),
  ].join('\n');

/** A client all of whose doings are written down: inspector, views, snapshots, errors, warnings, the console. */
export function watchedClient(world: World, options: Partial<TmdbAuthOptions> = {}): Watched {
  const seen: { where: string; text: string }[] = [];
  const secrets = new Map<string, string>([
    ['access token', world.tmdb.accessToken],
    ['API key', world.tmdb.apiKey],
    ['password', PASSWORD],
    ['encoded password', encodeURIComponent(PASSWORD)],
    ['way back', BACK_TO],
    ['encoded way back', encodeURIComponent(BACK_TO)],
  ]);
  const note = (where: string, what: unknown) =>
    void seen.push({ where, text: typeof what === 'string' ? what : faceOf(what) });

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
    const response = await globalThis.fetch(input, init);
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
  auth.actor.system.inspect((event) => note(`inspector ${event.type}`, event));
  auth.actor.subscribe((snapshot) => note('snapshot', snapshot));
  auth.subscribe((view) => note('view', view));

  return {
    auth,
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
