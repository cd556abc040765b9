import type { Page } from 'playwright-core';
import { tokenIn } from './stage.ts';

export const V4 = { options: { apiVersion: 4 } };
export const V4_POPUP = { options: { apiVersion: 4, mode: 'popup' } };

/** What we put into the address for TMDB's v4 page to come back to. */
export const MARK = 'tmdb_auth=returned';

/** Where TMDB's v4 page, shown here, will lead back to: the token says so itself. */
export const leadsBackTo = (page: Page): string | undefined => payloadOf(tokenIn(page)).redirect_to;

export const payloadOf = (jwt: string): { redirect_to?: string } =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

/** The documents this page loads from now on. */
export function documentsOf(page: Page): string[] {
  const addresses: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) addresses.push(request.url());
  });
  return addresses;
}
