import { expect, test } from 'vitest';
import { hasRedis } from '../server/redis.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { createFleet, type Trap } from './kill.fleet.ts';
import { FLOWS, isLost, persist, sessionsOf, TOLD } from './kill.flows.ts';
import { dieAt } from './kill.simulated.ts';

const SESSION_END = 'DELETE /3/authentication/session';
const RETURN = /^GET \/interaction\/[^/]+\/return/;
const [BROWSER = '', PAGE = '', DEVICE = ''] = Object.keys(FLOWS);

/** Every step of every flow, in the middle and with a lost answer. */
const MOMENTS: [when: string, flow: string, trap: Trap][] = [
  ['at the authorization request', BROWSER, { path: /^GET \/auth\?/, in: 'store' }],
  ['after the authorization request', BROWSER, { path: /^GET \/auth\?/, in: 'answer' }],
  ['while TMDB is asked for a token', BROWSER, { path: /./, in: { kind: 'hang', match: TOKEN_NEW } }],
  ['before the user is led to TMDB', BROWSER, { path: /^GET \/interaction\/[\w-]+$/, in: 'answer' }],
  ['at the return from TMDB', BROWSER, { path: RETURN, in: 'store' }],
  ['before TMDB makes the session', BROWSER, { path: RETURN, in: { kind: 'hang', match: SESSION_NEW } }],
  [
    'after TMDB made the session',
    BROWSER,
    { path: RETURN, in: { kind: 'hang', match: SESSION_NEW, when: 'after' } },
  ],
  ['while TMDB is asked for the account', BROWSER, { path: RETURN, in: { kind: 'hang', match: ACCOUNT } }],
  ['after the return', BROWSER, { path: RETURN, in: 'answer' }],
  ['at the step after the return', BROWSER, { path: /^GET \/auth\/[\w-]+$/, in: 'answer' }],
  ['at the consent', BROWSER, { path: /^POST \/interaction/, in: 'store' }],
  ['after the consent', BROWSER, { path: /^POST \/interaction/, in: 'answer' }],
  ['before the app gets its code', BROWSER, { path: /^GET \/auth\/[\w-]+$/, after: 1, in: 'answer' }],
  ['at the exchange of the code', BROWSER, { path: /^POST \/token$/, in: 'store' }],
  ['after the exchange of the code', BROWSER, { path: /^POST \/token$/, in: 'answer' }],
  ['during a refresh', BROWSER, { path: /^POST \/token$/, after: 1, in: { kind: 'hang', match: ACCOUNT } }],
  ['after a refresh', PAGE, { path: /^POST \/token$/, after: 1, in: 'answer' }],
  ['during a request to TMDB', BROWSER, { path: /^GET \/tmdb/, in: { kind: 'hang', match: ACCOUNT } }],
  ['at the logout', BROWSER, { path: /^POST \/session\/end/, in: 'store' }],
  [
    'while TMDB deletes the session',
    BROWSER,
    { path: /^POST \/session\/end/, in: { kind: 'hang', match: SESSION_END } },
  ],
  ['after the logout', BROWSER, { path: /^POST \/session\/end/, in: 'answer' }],
  ['at a revocation', PAGE, { path: /^POST \/token\/revocation/, in: 'store' }],
  [
    'while TMDB deletes the session of a revocation',
    PAGE,
    { path: /^POST \/token\/revocation/, in: { kind: 'hang', match: SESSION_END } },
  ],
  ['after a revocation', PAGE, { path: /^POST \/token\/revocation/, in: 'answer' }],
  ['before a device gets its code', DEVICE, { path: /^POST \/device\/auth/, in: 'answer' }],
  ['after a code was typed', DEVICE, { path: /^POST \/device$/, in: 'answer' }],
  ['after a code was confirmed', DEVICE, { path: /^POST \/device$/, after: 1, in: 'answer' }],
  [
    'before TMDB makes the session of a device',
    DEVICE,
    { path: RETURN, in: { kind: 'hang', match: SESSION_NEW } },
  ],
  ['before a device is connected', DEVICE, { path: /^GET \/device\/[\w-]+$/, after: 1, in: 'answer' }],
  ['while a device polls', DEVICE, { path: /^POST \/token$/, in: 'store' }],
  ['after a device got its tokens', DEVICE, { path: /^POST \/token$/, in: 'answer' }],
  ['after a device refreshed', DEVICE, { path: /^POST \/token$/, after: 1, in: 'answer' }],
];

test.skipIf(!hasRedis)(
  'a sign-in on two instances with Redis ends well if one is killed in the middle of any of its requests',
  async (context) => {
    const lines: string[] = [];
    const fleet = await createFleet(context);
    const { site, redis } = fleet;
    persist(site);
    for (const [when, flow, trap] of MOMENTS) {
      await redis.redis.flushall();
      site.tmdb.revoke();
      const before = fleet.kills();
      const told: string[] = [];
      fleet.set(trap);
      await FLOWS[flow]?.(site, told);
      // Not before: TMDB would handle the request of a client that it does not know to be gone.
      site.tmdb.faults.clear();
      await fleet.areUp();
      expect(fleet.kills(), when).toBe(before + 1);
      const { all, known } = await sessionsOf(site);
      lines.push(`${when}: told ${told.join(' / ') || 'nothing'}; at TMDB ${all}, known ${known}`);
      expect(
        told.filter((text) => !TOLD.includes(text)),
        when,
      ).toEqual([]);
      expect(all - known, when).toBe(isLost(told) ? 1 : 0);
    }
    console.log(lines.join('\n'));
  },
);

test.each(Object.entries(FLOWS))('%s ends well wherever in it an instance dies', async (_, flow) => {
  const ends: string[][] = [];
  for (let moment = 1; ; moment += 1) {
    const { died, told, sessions } = await dieAt(flow, moment);
    if (died === null) break;
    ends.push(told);
    expect(
      told.filter((text) => !TOLD.includes(text)),
      died,
    ).toEqual([]);
    expect(sessions.all - sessions.known, died).toBe(isLost(told) ? 1 : 0);
  }
  const begunAgain = ends.filter((told) => told.length > 0).length;
  console.log(`${ends.length} deaths, ${begunAgain} of them with a new beginning`);
  expect(begunAgain).toBeLessThan(ends.length / 4);
});
