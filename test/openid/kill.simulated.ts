import { createOpenidProvider, type OpenidProviderOptions } from '../../src/platforms/openid/index.ts';
import type { ServerStore } from '../../src/platforms/server/options.ts';
import { settingsFor } from '../support/settings.ts';
import { type Flow, persist, sessionsOf } from './kill.flows.ts';
import { CLIENTS, createSite, SECRET } from './site.ts';

/** How a flow ended in which an instance died. */
export interface End {
  /** The effect at which the instance died; null if the flow ended before. */
  died: string | null;
  told: string[];
  sessions: { all: number; known: number };
  /** Keys that are left in the store, by kind. */
  left: string[];
}

/**
 * Plays a flow before two instances that take turns. At its `moment`th effect, or the first of that name (a write, or a request to TMDB before and
 * after TMDB has handled it) the instance dies: its connections break, and it neither reads, writes nor asks again.
 */
export async function dieAt(flow: Flow, moment: number | string): Promise<End> {
  const site = await createSite();
  const { tmdb, clock, storage, issuer } = site;
  let effects = 0;
  let died: string | null = null;

  const instances = [0, 1].map(() => {
    const instance = { isDead: false, open: new Set<() => void>() };
    const live = () => {
      if (instance.isDead) throw new Error('dead');
    };
    const effect = (what: string) => {
      live();
      effects += 1;
      if (died !== null || (effects !== moment && what !== moment)) return;
      died = what;
      instance.isDead = true;
      for (const cut of instance.open) cut();
      live();
    };
    const store: ServerStore = {
      async getItem(key) {
        live();
        return storage.getItem(key);
      },
      async getKeys(base) {
        live();
        return storage.getKeys(base);
      },
      async setItem(key, value) {
        effect(`set ${kindOf(key)}`);
        await storage.setItem(key, value);
      },
      async removeItem(key) {
        effect(`remove ${kindOf(key)}`);
        await storage.removeItem(key);
      },
    };
    const ask: typeof fetch = async (input, init) => {
      const what = `${init?.method ?? 'GET'} ${new URL(String(input instanceof Request ? input.url : input)).pathname}`;
      effect(`before ${what}`);
      const answer = await fetch(input, init);
      effect(`after ${what}`);
      return answer;
    };
    const options: OpenidProviderOptions = {
      ...settingsFor(tmdb),
      clock,
      fetch: ask,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      onWarning: () => {},
      issuer,
      clients: CLIENTS,
      secrets: [SECRET],
      store,
    };
    return Object.assign(instance, { answer: createOpenidProvider(options) });
  });

  let requests = 0;
  site.serve((request, response) => {
    const alive = instances.filter(({ isDead }) => !isDead);
    const instance = alive[requests++ % alive.length];
    if (!instance) throw new Error('Both are dead.');
    const cut = () => void request.socket.destroy();
    instance.open.add(cut);
    response.once('close', () => instance.open.delete(cut));
    instance.answer(request, response);
  });
  persist(site);
  // Time passes only while an instance waits for one that has died.
  const ticking = setInterval(() => died !== null && clock.advance(250), 5);
  const told: string[] = [];
  try {
    await flow(site, told);
  } catch (error) {
    throw new Error(`Died at effect ${moment}, ${died}; told: ${told.join(' | ')}`, { cause: error });
  } finally {
    clearInterval(ticking);
  }
  const left = (await storage.getKeys('tmdb-auth:openid')).map(kindOf).sort();
  return { died, told, sessions: await sessionsOf(site), left };
}

const kindOf = (key: string) => key.replace(/^tmdb-auth:openid:/, '').replace(/:[^:]*$/, '');
