import { createTestAuth } from '../../../src/tools/testing/index.ts';

declare global {
  interface Window {
    createTestAuth: typeof createTestAuth;
  }
}

/** A page like one of Storybook's: it shows a client that no TMDB knows. */
window.createTestAuth = createTestAuth;
