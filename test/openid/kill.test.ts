import { createStorage } from 'unstorage';
import { expect, onTestFinished, test } from 'vitest';
import { createSeal } from '../../src/platforms/seal.ts';
import { tokenIn } from '../support/approval.ts';
import { FLOWS, isLost, sessionsOf, TOLD } from './kill.flows.ts';
import { dieAt } from './kill.simulated.ts';
import { begin, createSite, exchange, SECRET, type Site } from './site.ts';

/** Every so many effects of a flow an instance dies. `kills.full.ts` plays all of them. */
const STEP = 6;

test.each(Object.entries(FLOWS))(
  '%s ends well if an instance dies in it: no session is doubled, and a user who has to begin again is told so',
  async (_, flow) => {
    let deaths = 0;
    for (let moment = 1; ; moment += STEP) {
      const { died, told, sessions } = await dieAt(flow, moment);
      if (died === null) break;
      deaths += 1;
      expect(
        told.filter((text) => !TOLD.includes(text)),
        died,
      ).toEqual([]);
      expect(sessions.all - sessions.known, died).toBe(isLost(told) ? 1 : 0);
    }
    expect(deaths).toBeGreaterThan(10);
  },
);

test.each([
  ['set Session', 'the step after the return from TMDB'],
  ['set Grant', 'the consent'],
  ['before DELETE /3/authentication/session', 'the deletion of the session at TMDB'],
])(
  'a user who loads the page again after a death at "%s" notices nothing, and %s is completed',
  async (effect) => {
    const [flow] = Object.values(FLOWS);
    if (!flow) throw new Error('There is no flow.');
    const { died, told, sessions } = await dieAt(flow, effect);
    expect({ died, told, sessions }).toEqual({ died: effect, told: [], sessions: { all: 0, known: 0 } });
  },
);

test('a return that another request has completed meanwhile goes on', async () => {
  let isHeld = false;
  let release = () => {};
  const memory = createStorage();
  const store = {
    ...memory,
    async getItem(key: string) {
      const isFirst = isHeld && key.includes(':sign-in:');
      if (isFirst) {
        isHeld = false;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return memory.getItem(key);
    },
  };
  const site = await createSite({ store });
  const { browser, back, ask } = await returning(site);
  isHeld = true;
  const slow = ask();
  await expect.poll(() => isHeld).toBe(false);
  expect((await browser.open(back)).text).toContain('value="allow"');
  release();
  expect((await slow).status).toBe(303);
  // It must not replace the result of the sign-in by a failure.
  const seal = createSeal([SECRET], () => Date.now());
  const keys = await memory.getKeys('tmdb-auth:openid:Interaction');
  const stored = await Promise.all(
    keys.map(async (key) => seal.open(key, String(await memory.getItem(key)))),
  );
  expect(stored.filter((text) => text?.includes('access_denied'))).toEqual([]);
  expect(stored.filter((text) => text?.includes('"result":{"login":{"accountId":"548"'))).toHaveLength(1);
});

test('a return from TMDB that arrives twice at the same moment keeps its session', async () => {
  const site = await createSite();
  const { browser, back, ask, begun } = await returning(site);
  const ticking = setInterval(() => site.clock.advance(250), 5);
  onTestFinished(() => clearInterval(ticking));
  // A user who clicks twice: the browser drops the answer to the first request.
  const [dropped, consent] = await Promise.all([ask(), browser.open(back)]);
  expect(dropped.status).toBe(303);
  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  expect(tokens.claims()?.sub).toBe('548');
  expect(await sessionsOf(site)).toEqual({ all: 1, known: 1 });
});

/** A user who has approved at TMDB, and the address to which TMDB leads back. */
async function returning(site: Site) {
  const browser = site.browser();
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token);
    throw new Error('the user is still at TMDB');
  };
  const begun = await begin(site);
  await expect(browser.open(begun.url)).rejects.toThrow('still at TMDB');
  const approval = new URL(site.received.findLast((url) => url.startsWith(site.tmdb.webURL)) ?? '');
  const back = new URL(approval.searchParams.get('redirect_to') ?? '');
  back.searchParams.set('request_token', tokenIn(approval));
  back.searchParams.set('approved', 'true');
  const cookie = [...browser.cookies].map(([name, value]) => `${name.split('|')[0]}=${value}`).join('; ');
  const ask = () => fetch(back.href, { headers: { cookie }, redirect: 'manual' });
  return { browser, back: back.href, ask, begun };
}
