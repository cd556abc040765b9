import { mergeConfig } from 'vitest/config';
import ordinary, { REST } from './vitest.config.ts';

/** What `npm test` leaves out: Chromium, the command, Restate. */
export default mergeConfig(
  { ...ordinary, test: { ...ordinary.test, include: [], exclude: [] } },
  { test: { include: REST } },
);
