import { mergeConfig } from 'vitest/config';
import ordinary, { REST } from './vitest.config.ts';

/** What `npm test` leaves out: Chromium, the command, Restate. */
export default mergeConfig(
  { ...ordinary, test: { ...ordinary.test, include: [], exclude: [] } },
  // A page in Chromium takes its time on a busy machine; what hangs ends all the same.
  { test: { include: REST, testTimeout: 90_000 } },
);
