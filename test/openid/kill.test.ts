import { expect, onTestFinished, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { FLOWS, isLost, sessionsOf, TOLD } from './kill.flows.ts';
import { dieAt } from './kill.simulated.ts';
import { begin, createSite, exchange } from './site.ts';

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

test('a return from TMDB that arrives twice at the same moment keeps its session', async () => {
  const site = await createSite();
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

  const ticking = setInterval(() => site.clock.advance(250), 5);
  onTestFinished(() => clearInterval(ticking));
  const cookie = [...browser.cookies].map(([name, value]) => `${name.split('|')[0]}=${value}`).join('; ');
  // A user who clicks twice: the browser drops the answer to the first request.
  const [dropped, consent] = await Promise.all([
    fetch(back.href, { headers: { cookie }, redirect: 'manual' }),
    browser.open(back.href),
  ]);
  expect(dropped.status).toBe(303);
  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  expect(tokens.claims()?.sub).toBe('548');
  expect(await sessionsOf(site)).toEqual({ all: 1, known: 1 });
});
