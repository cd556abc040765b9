import type { Page } from 'playwright-core';
import { tokenIn } from './stage.ts';

export const V4 = { options: { apiVersion: 4 } };
export const V4_POPUP = { options: { apiVersion: 4, mode: 'popup' } };

/** The parameter that we add to the return address for TMDB's v4 page. */
export const MARK = 'tmdb_auth=returned';

/** The address to which TMDB's v4 page, shown here, will lead back: the token itself contains it. */
export const leadsBackTo = (page: Page): string | undefined => payloadOf(tokenIn(page)).redirect_to;

export const payloadOf = (jwt: string): { redirect_to?: string } =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

/** Collects the documents this page loads from now on. */
export function documentsOf(page: Page): string[] {
  const addresses: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) addresses.push(request.url());
  });
  return addresses;
}
