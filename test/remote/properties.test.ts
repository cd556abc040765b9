import { setTimeout as realPause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { ORIGIN } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';
import { createPages, type Pages } from './through-server.ts';

/* Two tabs of one browser, a server, TMDB, and everything a user or a network may do, in any order. */

const quietly = (promise: Promise<unknown>) => void promise.catch(() => {});

class World {
  readonly tabs: TmdbAuth[] = [];
  readonly pages: Pages;

  constructor(pages: Pages) {
    this.pages = pages;
    this.tabs.push(this.newPage(), this.newPage());
  }

  newPage = () => this.pages.page();
  tab = (at: number) => this.tabs[at] as TmdbAuth;

  /** Waits until neither the pages nor the server do anything more. */
  async rest(rounds = 12): Promise<void> {
    let still = 0;
    let last = '';
    for (let tries = 0; still < rounds; tries += 1) {
      if (tries > 3_000) throw new Error(`no rest: ${last}`);
      await realPause(1);
      this.pages.site.clock.advance(20);
      const now = [...this.tabs.map((tab) => tab.getView().state), this.pages.site.events.length].join();
      const isBusy = this.tabs.some(
        (tab) =>
          !/^(idle|guestActive|awaitingApproval\.waiting|sessionActive\.ready)/.test(tab.getView().state),
      );
      still = now === last && !isBusy && this.pages.underWay() === 0 ? still + 1 : 0;
      last = now;
    }
  }
}

/** Sessions that TMDB did not delete although it was asked: a fault hit that request. */
const undeleted = ({ site }: Pages) =>
  site.tmdb.requests.filter(({ method, status }) => method === 'DELETE' && (status >= 400 || status === 0))
    .length;

/** Counts requests that create a session and got no answer in time: TMDB may have created it or not. */
function countUnheard() {
  let unheard = 0;
  const watched: typeof fetch = async (input, init) => {
    try {
      const response = await fetch(input, init);
      return new Response((await response.text()) || null, response);
    } catch (error) {
      if (init?.method === 'POST' && /session|access_token/.test(String(input))) unheard += 1;
      throw error;
    }
  };
  return { fetch: watched, unheard: () => unheard };
}

type Act = (world: World) => void | Promise<void>;

const tab = fc.constantFrom(0, 1);
const act: fc.Arbitrary<[string, Act]> = fc.oneof(
  tab.map((at): [string, Act] => [
    `login ${at}`,
    (world) => quietly(world.tab(at).login({ redirectTo: `${ORIGIN}/` })),
  ]),
  tab.map((at): [string, Act] => [
    `approve ${at}`,
    (world) => {
      const address = world.tab(at).approvalUrl;
      if (!address) return;
      const requestToken = tokenIn(address);
      try {
        world.pages.site.tmdb.approve(requestToken);
      } catch {
        // The token was denied or is spent: the user returns all the same.
      }
      quietly(world.tab(at).handleCallback(`${ORIGIN}/?request_token=${requestToken}&approved=true`));
    },
  ]),
  tab.map((at): [string, Act] => [
    `deny ${at}`,
    (world) => {
      const address = world.tab(at).approvalUrl;
      if (address)
        quietly(world.tab(at).handleCallback(`${ORIGIN}/?request_token=${tokenIn(address)}&denied=true`));
    },
  ]),
  tab.map((at): [string, Act] => [`cancel ${at}`, (world) => quietly(world.tab(at).cancel())]),
  tab.map((at): [string, Act] => [`logout ${at}`, (world) => quietly(world.tab(at).logout())]),
  tab.map((at): [string, Act] => [`guest ${at}`, (world) => quietly(world.tab(at).loginAsGuest())]),
  tab.map((at): [string, Act] => [`retry ${at}`, (world) => quietly(world.tab(at).retry())]),
  tab.map((at): [string, Act] => [`verify ${at}`, (world) => quietly(world.tab(at).verify())]),
  tab.map((at): [string, Act] => [
    `rate ${at}`,
    (world) => quietly(world.tab(at).api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } })),
  ]),
  tab.map((at): [string, Act] => [
    `reload ${at}`,
    (world) => {
      world.tab(at).dispose();
      world.tabs[at] = world.newPage();
    },
  ]),
  fc.constant<[string, Act]>(['revoke', (world) => void world.pages.site.tmdb.revoke()]),
  fc
    .constantFrom(1_000, 60_000, 61 * 60_000)
    .map((ms): [string, Act] => [`${ms} ms pass`, (world) => world.pages.site.clock.advance(ms)]),
  fc.constantFrom('status', 'rateLimited', 'early17', 'dropBefore', 'html').map((kind): [string, Act] => [
    `fault ${kind}`,
    (world) => {
      world.pages.site.tmdb.faults.add(kind === 'html' ? { kind, status: 502 } : { kind });
    },
  ]),
  fc.constant<[string, Act]>(['all rests', (world) => world.rest(3)]),
);

/**
 * Two pages, a server and TMDB cost as much as 75 sequences of one client. `npm run proof properties` sets
 * it.
 */
const RUNS = Math.ceil(Number(process.env.PROOF_COUNT ?? 1_500) / 75);

test.each([3, 4] as const)(
  'v%i: every tab ends in the server’s state, and TMDB has no orphan session',
  { timeout: 120_000 },
  async (apiVersion) => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 25 }), async (acts) => {
        const answers = countUnheard();
        const pages = await createPages({ apiVersion, fetch: answers.fetch });
        const world = new World(pages);
        try {
          for (const [, run] of acts) {
            await run(world);
            await realPause(0);
          }
          pages.site.tmdb.faults.clear();
          await world.rest();
          for (const page of world.tabs) quietly(page.verify());
          await world.rest();
          // A page that missed a message reads the state now.
          pages.lookedAt();
          await world.rest();
          const fresh = world.newPage();
          world.tabs.push(fresh);
          await world.rest();
          const truth = fresh.getView();
          for (const { getView } of world.tabs) {
            const { status, account } = getView();
            expect(account?.id).toBe(truth.account?.id);
            // A pending sign-in is only known to the tab that began it and to pages loaded later.
            if (truth.status !== 'pending') expect(status).toBe(truth.status);
          }
          const sessions = pages.site.tmdb.sessions().length;
          const known = truth.status === 'user' ? 1 : 0;
          expect(sessions).toBeGreaterThanOrEqual(known);
          expect(sessions).toBeLessThanOrEqual(known + undeleted(pages) + answers.unheard());
          const kept = [...pages.browser.cookies.keys()].map((name) => name.split('.').at(-1));
          if (truth.status === 'signedOut') expect(kept).toEqual([]);
        } finally {
          for (const page of world.tabs) page.dispose();
          await pages.site.tmdb.close();
        }
      }),
      { numRuns: RUNS },
    );
  },
);
