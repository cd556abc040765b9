import { createTestAuth } from '../../../src/tools/testing/index.ts';

declare global {
  interface Window {
    createTestAuth: typeof createTestAuth;
  }
}

/** A page like one of Storybook's: its client has no TMDB to ask. */
window.createTestAuth = createTestAuth;
