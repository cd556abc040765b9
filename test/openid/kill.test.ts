import { expect, test } from 'vitest';
import { FLOWS, isLost, TOLD } from './kill.flows.ts';
import { dieAt } from './kill.simulated.ts';

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
