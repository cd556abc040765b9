import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import type { Records } from './fleet.ts';
import { inLanes, judge } from './kills.ts';
import { hasRedis } from './redis.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium?.close());

test.for<Records>(hasRedis ? ['cookies', 'files', 'redis'] : ['cookies', 'files'])(
  'all 200 sign-ins with records in %s complete, although one of two instances is killed in each of them',
  async (records, context) => {
    judge(await inLanes(context, 4, { signIns: 200, records, browsers: 5 }, chromium), records);
  },
);
