import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { inLanes, judge } from './kills.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium?.close());

test.for([
  ['cookies', false],
  ['a store', true],
] as const)(
  '200 sign-ins with %s, in each of them one of two instances killed: none is lost, none is stuck',
  async ([_, hasStore], context) => {
    judge(await inLanes(context, 4, { signIns: 200, hasStore, browsers: 5 }, chromium), hasStore);
  },
);
